//! Shortest augmenting paths on reduced costs.
//!
//! Prices: `seat_price[s] = u`, `mentor_price[m] = v`, and for the pair that a
//! filled seat uses `pair_price[s] = w`. Kept true at all times, for all seats
//! inserted so far and the *complete* graph:
//!
//! * `u + v + w >= big + points` on every allowed arc, with equality in use
//!   (`w` is zero for a pair nobody uses);
//! * `u > 0` only on filled seats, `v > 0` only on full mentors.
//!
//! That is complementary slackness, hence optimality. In the residual graph a
//! used pair and the seat that uses it are one node: the pair leads only to
//! that seat, and that seat is reached only through the pair. It is entered
//! from the mentor, who gives the seat up at the cost `w`, or from a sibling
//! seat that takes the mentor over at its reduced cost with `w` included.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::lists::{List, Picker};
use super::rows::Rows;
use super::{Effort, Limits, Problem, Scores, Solution, Stopped, big_for};

const NONE: u32 = u32::MAX;
const FAR: i64 = i64::MAX;
/// How many settled nodes may pass between two looks at the limits.
const BREATH: u64 = 1 << 12;

/// What is settled next. The order breaks ties of distance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// A full mentor is reached.
    Mentor(u32),
    /// A filled seat is asked to leave its mentor.
    Seat(u32),
    /// A seat's mentors outside its list may be this near.
    Rest(u32),
}

/// Where the best path found so far ends.
#[derive(Debug, Clone, Copy)]
enum End {
    /// At a mentor with capacity left.
    Mentor(u32),
    /// At a seat that stays or becomes empty.
    Seat(u32),
}

/// The flow, its prices and the scratch memory of a search.
pub(super) struct Search {
    big: i64,
    /// For each seat the range of the seats of its cadre.
    siblings: Vec<(u32, u32)>,
    /// The mentor of each seat.
    held: Vec<u32>,
    /// The seats of each mentor.
    holders: Vec<Vec<u32>>,
    /// The capacity left of each mentor.
    left: Vec<u32>,
    seat_price: Vec<i64>,
    pair_price: Vec<i64>,
    mentor_price: Vec<i64>,
    lists: Vec<List>,
    picker: Picker,
    effort: Effort,

    // One search: distances from the root and the steps that led there.
    best: i64,
    end: End,
    seat_far: Vec<i64>,
    /// The sibling that takes over, or `NONE` when the own mentor gave up.
    seat_from: Vec<u32>,
    mentor_far: Vec<i64>,
    mentor_from: Vec<u32>,
    seats_seen: Vec<u32>,
    mentors_seen: Vec<u32>,
    heap: BinaryHeap<Reverse<(i64, Event)>>,
    /// Events at the distance being settled: they need no heap, and with many
    /// ties most events are such.
    here: Vec<Event>,
}

impl Search {
    /// No seat inserted, all prices zero.
    pub(super) fn new<S: Scores + ?Sized>(
        problem: &Problem<'_, S>,
        siblings: Vec<(u32, u32)>,
    ) -> Self {
        let (seats, mentors) = (problem.seats.len(), problem.capacities.len());
        Self {
            big: big_for(seats, problem.capacities),
            siblings,
            held: vec![NONE; seats],
            holders: vec![Vec::new(); mentors],
            left: problem.capacities.to_vec(),
            seat_price: vec![0; seats],
            pair_price: vec![0; seats],
            mentor_price: vec![0; mentors],
            lists: (0..seats).map(|_| List::default()).collect(),
            picker: Picker::default(),
            effort: Effort::default(),
            best: 0,
            end: End::Seat(0),
            seat_far: vec![FAR; seats],
            seat_from: vec![NONE; seats],
            mentor_far: vec![FAR; mentors],
            mentor_from: vec![NONE; mentors],
            seats_seen: Vec::new(),
            mentors_seen: Vec::new(),
            heap: BinaryHeap::new(),
            here: Vec::new(),
        }
    }

    /// Brings one more seat in and makes the flow optimal again.
    pub(super) fn insert<S: Scores + ?Sized>(
        &mut self,
        root: usize,
        rows: &mut Rows<'_, S>,
        limits: &Limits<'_>,
    ) -> Result<(), Stopped> {
        self.picker.renew(
            &mut self.lists[root],
            root,
            rows.get(root)?,
            &self.mentor_price,
            &self.left,
        );
        let list = &self.lists[root];
        // The least price that makes every arc of the new seat feasible, or
        // one a little above it: the search takes the difference off again.
        let mut price = list.rest.map_or(0, |rest| rest + self.big);
        for &(mentor, points) in &list.items {
            let pair = self
                .holder_in_cadre(root, mentor)
                .map_or(0, |s| self.pair_price[s]);
            price =
                price.max(self.big + i64::from(points) - self.mentor_price[mentor as usize] - pair);
        }
        self.seat_price[root] = price.max(0);
        if price <= 0 {
            return Ok(());
        }
        self.effort.searches += 1;
        self.find(root, rows, limits)?;
        self.reprice();
        self.augment();
        for seat in self.seats_seen.drain(..) {
            self.seat_far[seat as usize] = FAR;
        }
        for mentor in self.mentors_seen.drain(..) {
            self.mentor_far[mentor as usize] = FAR;
        }
        self.heap.clear();
        self.here.clear();
        Ok(())
    }

    /// The assignment and prices; points and coverage are for the caller.
    pub(super) fn finish(self) -> Solution {
        Solution {
            mentor_of: self
                .held
                .into_iter()
                .map(|mentor| (mentor != NONE).then_some(mentor))
                .collect(),
            total: 0,
            filled: 0,
            big: self.big,
            seat_price: self.seat_price,
            mentor_price: self.mentor_price,
            effort: self.effort,
        }
    }

    /// Dijkstra from an unfilled seat to the nearest end.
    fn find<S: Scores + ?Sized>(
        &mut self,
        root: usize,
        rows: &mut Rows<'_, S>,
        limits: &Limits<'_>,
    ) -> Result<(), Stopped> {
        self.best = FAR;
        let mut now = 0;
        self.reach_seat(root, NONE, 0, now);
        loop {
            let event = match self.here.pop() {
                Some(event) => event,
                None => match self.heap.pop() {
                    Some(Reverse((far, event))) => {
                        now = far;
                        event
                    }
                    None => break,
                },
            };
            // Everything still open lies at `now` or beyond.
            if now >= self.best {
                break;
            }
            self.effort.settled += 1;
            if self.effort.settled.is_multiple_of(BREATH) {
                limits.check()?;
            }
            match event {
                Event::Mentor(mentor) if self.mentor_far[mentor as usize] == now => {
                    for at in 0..self.holders[mentor as usize].len() {
                        let seat = self.holders[mentor as usize][at] as usize;
                        self.reach_seat(seat, NONE, now + self.pair_price[seat], now);
                    }
                }
                Event::Seat(seat) if self.seat_far[seat as usize] == now => {
                    self.leave(seat as usize, rows, now)?;
                }
                Event::Rest(seat) => self.leave_by_row(seat as usize, rows, now)?,
                // A shorter way was found after the event was put down.
                Event::Mentor(_) | Event::Seat(_) => {}
            }
        }
        Ok(())
    }

    /// Follows the arcs out of a seat, those on its list first.
    fn leave<S: Scores + ?Sized>(
        &mut self,
        seat: usize,
        rows: &mut Rows<'_, S>,
        now: i64,
    ) -> Result<(), Stopped> {
        let base = now + self.seat_price[seat] - self.big;
        let items = std::mem::take(&mut self.lists[seat].items);
        for &(mentor, points) in &items {
            let far = base + self.mentor_price[mentor as usize] - i64::from(points);
            match self.holder_in_cadre(seat, mentor) {
                Some(holder) if holder == seat => {} // The arc in use leads back only.
                Some(sibling) => self.take_over(seat, sibling, far, now),
                None => self.reach_mentor(seat, mentor as usize, far, now),
            }
        }
        self.lists[seat].items = items;
        match self.lists[seat].rest.map(|rest| base - rest) {
            Some(far) if far >= self.best => Ok(()),
            Some(far) if far > now => {
                self.heap.push(Reverse((far, Event::Rest(index(seat)))));
                Ok(())
            }
            // A full row is soon read, a wide detour over ties is not.
            Some(_) => self.leave_by_row(seat, rows, now),
            None => Ok(()),
        }
    }

    /// Follows all arcs out of a seat and renews its list.
    fn leave_by_row<S: Scores + ?Sized>(
        &mut self,
        seat: usize,
        rows: &mut Rows<'_, S>,
        now: i64,
    ) -> Result<(), Stopped> {
        self.effort.repriced += 1;
        let base = self.seat_far[seat] + self.seat_price[seat] - self.big;
        let row = rows.get(seat)?;
        for sibling in self.siblings_of(seat) {
            let mentor = self.held[sibling] as usize;
            if sibling != seat && mentor != NONE as usize && row[mentor] >= 0 {
                let far = base + self.mentor_price[mentor] - i64::from(row[mentor]);
                self.take_over(seat, sibling, far, now);
            }
        }
        for (mentor, &points) in row.iter().enumerate() {
            let far = base + self.mentor_price[mentor] - i64::from(points);
            if points >= 0
                && far < self.best
                && far < self.mentor_far[mentor]
                && self.holder_in_cadre(seat, index(mentor)).is_none()
            {
                self.reach_mentor(seat, mentor, far, now);
            }
        }
        self.picker.renew(
            &mut self.lists[seat],
            seat,
            row,
            &self.mentor_price,
            &self.left,
        );
        Ok(())
    }

    /// A seat takes the mentor of its sibling over; `far` is without `w`.
    fn take_over(&mut self, seat: usize, sibling: usize, far: i64, now: i64) {
        self.reach_seat(sibling, index(seat), far + self.pair_price[sibling], now);
    }

    fn reach_seat(&mut self, seat: usize, from: u32, far: i64, now: i64) {
        if far >= self.best || far >= self.seat_far[seat] {
            return;
        }
        if self.seat_far[seat] == FAR {
            self.seats_seen.push(index(seat));
        }
        self.seat_far[seat] = far;
        self.seat_from[seat] = from;
        if far + self.seat_price[seat] < self.best {
            self.best = far + self.seat_price[seat];
            self.end = End::Seat(index(seat));
        }
        self.put(far, Event::Seat(index(seat)), now);
    }

    fn reach_mentor(&mut self, seat: usize, mentor: usize, far: i64, now: i64) {
        if far >= self.best || far >= self.mentor_far[mentor] {
            return;
        }
        if self.mentor_far[mentor] == FAR {
            self.mentors_seen.push(index(mentor));
        }
        self.mentor_far[mentor] = far;
        self.mentor_from[mentor] = index(seat);
        if self.left[mentor] > 0 {
            // The price of a mentor with capacity left is zero: an end.
            self.best = far;
            self.end = End::Mentor(index(mentor));
        } else {
            self.put(far, Event::Mentor(index(mentor)), now);
        }
    }

    fn put(&mut self, far: i64, event: Event, now: i64) {
        if far == now {
            self.here.push(event);
        } else {
            self.heap.push(Reverse((far, event)));
        }
    }

    /// Moves the prices of all nodes nearer than the end, so that the path
    /// becomes tight and no reduced cost negative. Mentor prices only rise.
    fn reprice(&mut self) {
        for &mentor in &self.mentors_seen {
            let shift = self.best - self.mentor_far[mentor as usize];
            if shift > 0 {
                self.mentor_price[mentor as usize] += shift;
                for &seat in &self.holders[mentor as usize] {
                    self.pair_price[seat as usize] -= shift;
                }
            }
        }
        for &seat in &self.seats_seen {
            let shift = self.best - self.seat_far[seat as usize];
            if shift > 0 {
                self.seat_price[seat as usize] -= shift;
                if self.held[seat as usize] != NONE {
                    self.pair_price[seat as usize] += shift;
                }
            }
        }
    }

    /// Shifts the flow along the path, from its end back to the root.
    fn augment(&mut self) {
        let (mut seat, mut gain) = match self.end {
            End::Mentor(mentor) => {
                self.left[mentor as usize] -= 1;
                self.effort.augmentations += 1;
                (self.mentor_from[mentor as usize] as usize, (mentor, 0))
            }
            End::Seat(seat) => (seat as usize, (NONE, 0)),
        };
        loop {
            let lost = (self.held[seat], self.pair_price[seat]);
            (self.held[seat], self.pair_price[seat]) = gain;
            if gain.0 != NONE {
                self.holders[gain.0 as usize].push(index(seat));
            }
            if lost.0 == NONE {
                break; // The root: it held nobody.
            }
            self.holders[lost.0 as usize].retain(|&holder| holder as usize != seat);
            // A mentor gives a pair up only when its price has come to zero; a
            // sibling takes the pair over with its price.
            gain = lost;
            seat = match self.seat_from[seat] {
                NONE => self.mentor_from[lost.0 as usize] as usize,
                sibling => sibling as usize,
            };
        }
    }

    fn siblings_of(&self, seat: usize) -> std::ops::Range<usize> {
        let (start, end) = self.siblings[seat];
        start as usize..end as usize
    }

    /// The seat of this cadre, itself or a sibling, that holds this mentor.
    fn holder_in_cadre(&self, seat: usize, mentor: u32) -> Option<usize> {
        self.siblings_of(seat)
            .find(|&sibling| self.held[sibling] == mentor)
    }
}

/// Seats and mentors number at most a million, see [`super::MAX_SEATS`].
fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(NONE)
}
