//! The demo city: what issue and product promise of it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{proposals, run};
use crate::demo::{PASSWORD, demo_app, signed_in};
use crate::support::Client;

/// For conduct, for the work, and how many.
type Guide = (bool, bool, i64);

async fn all(manager: &Client, list: &str) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut next = format!("{list}?limit=1000");
    loop {
        let page = manager.get(&next).await.expect(200);
        rows.extend(page.json["items"].as_array().unwrap().clone());
        match page.json["nextCursor"].as_str() {
            Some(cursor) => next = format!("{list}?limit=1000&cursor={cursor}"),
            None => return rows,
        }
    }
}

/// Seats of one unit that its own mentors can take at most: augmenting paths, seat by seat, without regard to points, and to
/// one person in both roles, which could only lower it.
fn most_in_unit(seats: &[&str], mentors: &[Guide]) -> usize {
    fn place(
        seat: usize,
        seats: &[&str],
        mentors: &[Guide],
        held: &mut Vec<Vec<usize>>,
        seen: &mut [bool],
    ) -> bool {
        for (n, (political, professional, room)) in mentors.iter().enumerate() {
            let may = if seats[seat] == "POLITICAL" {
                *political
            } else {
                *professional
            };
            if !may || seen[n] {
                continue;
            }
            seen[n] = true;
            if i64::try_from(held[n].len()).unwrap() < *room {
                held[n].push(seat);
                return true;
            }
            for k in 0..held[n].len() {
                let moved = held[n][k];
                if place(moved, seats, mentors, held, seen) {
                    held[n][k] = seat;
                    return true;
                }
            }
        }
        false
    }
    let mut held = vec![Vec::new(); mentors.len()];
    let fits = |seat: &usize| {
        place(
            *seat,
            seats,
            mentors,
            &mut held,
            &mut vec![false; mentors.len()],
        )
    };
    (0..seats.len()).filter(fits).count()
}

#[actix_web::test]
async fn all_seats_of_the_city_are_filled_and_as_many_in_the_own_unit_as_can_be() {
    let app = demo_app().await;
    let manager = signed_in(&app, "manager", PASSWORD).await;
    let city = manager
        .get("/v1/organizations?kind=CITY")
        .await
        .expect(200)
        .json["items"][0]["id"]
        .clone();
    let mut asked = json!({ "organizationId": city, "crossUnit": "COUNTY", "keepExisting": false });
    let made = run(&manager, &asked).await;
    assert_eq!(
        (&made.json["seats"], &made.json["matched"]),
        (&json!(2278), &json!(2278))
    );
    assert_eq!(made.json["optimal"], true);
    asked["weights"] = json!({
        "sameUnit": 1, "treeDistance": 0, "pairingStyle": 0, "expertise": 0, "load": 0, "remoteTownship": 0,
    });
    let made = run(&manager, &asked).await;
    assert_eq!(made.json["matched"], 2278);
    let rows = proposals(&manager, &made).await;
    let own = rows.iter().filter(|row| row["score"] == 100).count();
    assert_eq!((own, &made.json["totalScore"]), (2170, &json!(217_000)));
    // The second method: an upper bound by augmenting paths in each unit, from the registers alone.
    let mut units: BTreeMap<String, (Vec<&str>, Vec<Guide>)> = BTreeMap::new();
    let cadres = all(&manager, "/v1/cadres").await;
    let mentors = all(&manager, "/v1/mentors").await;
    for cadre in cadres.iter().filter(|cadre| cadre["status"] == "ACTIVE") {
        let unit = cadre["organizationId"].as_str().unwrap().to_owned();
        units
            .entry(unit)
            .or_default()
            .0
            .extend(["POLITICAL", "PROFESSIONAL"]);
    }
    for mentor in mentors
        .iter()
        .filter(|mentor| mentor["status"] == "APPOINTED")
    {
        let roles = mentor["roles"].as_array().unwrap();
        let of_party = ["01", "02"]
            .map(Value::from)
            .contains(&mentor["politicalStatus"]);
        let political = roles.contains(&json!("POLITICAL")) && of_party;
        let professional = roles.contains(&json!("PROFESSIONAL"));
        let unit = mentor["organizationId"].as_str().unwrap().to_owned();
        let room = mentor["maxMentees"].as_i64().unwrap();
        units
            .entry(unit)
            .or_default()
            .1
            .push((political, professional, room));
    }
    let bound: usize = units
        .values()
        .map(|(seats, mentors)| most_in_unit(seats, mentors))
        .sum();
    assert_eq!(bound, 2170);
}
