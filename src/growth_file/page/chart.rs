//! The chart of the score series: a line for each dimension, told apart by colour, dash and mark, so that it also reads in grey.

use std::collections::BTreeMap;

use super::super::model::ScoreSeries;
use super::labels::Labels;
use super::markup::Markup;
use crate::values::Date;

const WIDTH: f64 = 680.0;
const LEFT: f64 = 34.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 12.0;
const PLOT: f64 = 200.0;
const LEGEND_ROW: f64 = 20.0;
const LEGEND_COLUMNS: usize = 4;
/// More days than this are labelled only in part.
const MOST_TICKS: usize = 9;

const COLOURS: [&str; 9] = [
    "#0b5fa5", "#b3261e", "#1b7f3b", "#a15c00", "#6a3d9a", "#00796b", "#5d4037", "#455a64",
    "#ad1457",
];
const DASHES: [&str; 4] = ["none", "7 3", "2 3", "9 3 2 3"];

/// The means of one dimension by the last day of the period; raters of one day are taken together.
struct Line {
    name: String,
    means: Vec<(Date, f64)>,
}

/// Where values stand on the paper.
struct Scale {
    days: Vec<Date>,
    lowest: f64,
}

impl Scale {
    fn new(lines: &[Line]) -> Self {
        let all = || lines.iter().flat_map(|line| &line.means);
        let mut days: Vec<Date> = all().map(|(day, _)| *day).collect();
        days.sort_unstable();
        days.dedup();
        let lowest = all().map(|(_, mean)| *mean).fold(100.0, f64::min);
        Self {
            days,
            // Whole tens with some room below the lowest score; at least the upper half is shown.
            lowest: (((lowest - 1.0) / 10.0).floor() * 10.0).clamp(0.0, 50.0),
        }
    }

    fn x(&self, day: Date) -> f64 {
        let (Some(first), Some(last)) = (self.days.first(), self.days.last()) else {
            return LEFT;
        };
        let span = days_between(*first, *last);
        let inner = WIDTH - LEFT - RIGHT - 40.0;
        let share = if span > 0.0 {
            days_between(*first, day) / span
        } else {
            0.5
        };
        LEFT + 20.0 + inner * share
    }

    fn y(&self, score: f64) -> f64 {
        TOP + PLOT * (100.0 - score) / (100.0 - self.lowest)
    }
}

fn days_between(from: Date, to: Date) -> f64 {
    i32::try_from((to.0 - from.0).num_days()).map_or(0.0, f64::from)
}

/// Draws the chart.
pub fn draw(page: &mut Markup, series: &[ScoreSeries], labels: Labels) {
    let lines: Vec<Line> = series.iter().map(|series| line(series, labels)).collect();
    let scale = Scale::new(&lines);
    let rows = lines.len().div_ceil(LEGEND_COLUMNS);
    let height = TOP + PLOT + 30.0 + LEGEND_ROW * count(rows);
    page.raw("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"chart-title chart-desc\" viewBox=\"0 0 680 ")
        .text(round(height))
        .raw("\" font-family=\"sans-serif\" font-size=\"11\">");
    page.element(
        "<title id=\"chart-title\">",
        labels.say("各维度得分变化", "Scores by dimension over time"),
        "</title>",
    );
    page.raw("<desc id=\"chart-desc\">");
    describe(page, &lines, labels);
    page.raw("</desc>");
    axes(page, &scale);
    for (n, line) in lines.iter().enumerate() {
        plot(page, &scale, line, n);
        legend(page, line, n);
    }
    page.raw("</svg>");
}

fn line(series: &ScoreSeries, labels: Labels) -> Line {
    let mut by_day: BTreeMap<Date, Vec<i32>> = BTreeMap::new();
    for point in &series.points {
        by_day.entry(point.period_to).or_default().push(point.score);
    }
    let mean = |scores: &[i32]| {
        let sum: i32 = scores.iter().sum();
        f64::from(sum) / count(scores.len())
    };
    Line {
        name: labels.dimension(series.dimension),
        means: by_day
            .iter()
            .map(|(day, scores)| (*day, mean(scores)))
            .collect(),
    }
}

/// The chart in words, for those who do not see it.
fn describe(page: &mut Markup, lines: &[Line], labels: Labels) {
    for line in lines {
        let (Some(first), Some(last)) = (line.means.first(), line.means.last()) else {
            continue;
        };
        page.text(&line.name).raw(labels.say("：", ": "));
        page.text(first.0).raw(" ").text(round(first.1));
        if line.means.len() > 1 {
            page.raw(labels.say(" 至 ", " to "))
                .text(last.0)
                .raw(" ")
                .text(round(last.1));
        }
        page.raw(labels.say("。", ". "));
    }
}

fn axes(page: &mut Markup, scale: &Scale) {
    let right = WIDTH - RIGHT;
    let mut score = scale.lowest;
    while score <= 100.0 {
        let y = scale.y(score);
        page.raw("<line x1=\"34\" x2=\"")
            .text(right)
            .raw("\" y1=\"")
            .text(round(y))
            .raw("\" y2=\"")
            .text(round(y));
        page.raw("\" stroke=\"#d5d0c6\" stroke-width=\".7\"/>");
        page.raw("<text x=\"28\" y=\"")
            .text(round(y + 4.0))
            .raw("\" text-anchor=\"end\" fill=\"#555\">");
        page.text(score).raw("</text>");
        score += 10.0;
    }
    let step = scale.days.len().div_ceil(MOST_TICKS).max(1);
    // Counted from the latest, which is the one that matters most.
    for day in scale.days.iter().rev().step_by(step) {
        let x = round(scale.x(*day));
        page.raw("<line y1=\"212\" y2=\"216\" x1=\"")
            .text(x)
            .raw("\" x2=\"")
            .text(x)
            .raw("\" stroke=\"#555\"/>");
        page.raw("<text y=\"230\" text-anchor=\"middle\" fill=\"#555\" x=\"")
            .text(x)
            .raw("\">");
        page.text(day.0.format("%Y-%m")).raw("</text>");
    }
}

fn plot(page: &mut Markup, scale: &Scale, line: &Line, n: usize) {
    page.raw("<polyline fill=\"none\" stroke-width=\"1.8\" stroke-linejoin=\"round\" stroke=\"")
        .text(colour(n));
    page.raw("\" stroke-dasharray=\"")
        .text(dash(n))
        .raw("\" points=\"");
    for (day, mean) in &line.means {
        page.text(round(scale.x(*day)))
            .raw(",")
            .text(round(scale.y(*mean)))
            .raw(" ");
    }
    page.raw("\"/>");
    for (day, mean) in &line.means {
        mark(page, scale.x(*day), scale.y(*mean), n);
    }
}

fn legend(page: &mut Markup, line: &Line, n: usize) {
    let x = LEFT + count(n % LEGEND_COLUMNS) * 160.0;
    let y = TOP + PLOT + 38.0 + LEGEND_ROW * count(n / LEGEND_COLUMNS);
    page.raw("<line stroke-width=\"1.8\" stroke=\"")
        .text(colour(n))
        .raw("\" stroke-dasharray=\"")
        .text(dash(n));
    page.raw("\" x1=\"")
        .text(round(x))
        .raw("\" x2=\"")
        .text(round(x + 30.0));
    page.raw("\" y1=\"")
        .text(round(y))
        .raw("\" y2=\"")
        .text(round(y))
        .raw("\"/>");
    mark(page, x + 15.0, y, n);
    page.raw("<text fill=\"#1b1b1b\" x=\"")
        .text(round(x + 36.0))
        .raw("\" y=\"")
        .text(round(y + 4.0))
        .raw("\">");
    page.text(&line.name).raw("</text>");
}

/// Circle, square, triangle or diamond.
fn mark(page: &mut Markup, x: f64, y: f64, n: usize) {
    let corners: &[(f64, f64)] = match n % 4 {
        0 => {
            page.raw("<circle r=\"3.2\" cx=\"")
                .text(round(x))
                .raw("\" cy=\"")
                .text(round(y));
            page.raw("\" fill=\"").text(colour(n)).raw("\"/>");
            return;
        }
        1 => &[(-3.0, -3.0), (3.0, -3.0), (3.0, 3.0), (-3.0, 3.0)],
        2 => &[(0.0, -4.0), (3.8, 3.0), (-3.8, 3.0)],
        _ => &[(0.0, -4.2), (4.2, 0.0), (0.0, 4.2), (-4.2, 0.0)],
    };
    page.raw("<polygon points=\"");
    for (dx, dy) in corners {
        page.text(round(x + dx))
            .raw(",")
            .text(round(y + dy))
            .raw(" ");
    }
    page.raw("\" fill=\"").text(colour(n)).raw("\"/>");
}

fn colour(n: usize) -> &'static str {
    COLOURS[n % COLOURS.len()]
}

fn dash(n: usize) -> &'static str {
    DASHES[n % DASHES.len()]
}

/// One decimal is finer than paper shows.
fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// Counts here are small: lines, raters, rows.
fn count(n: usize) -> f64 {
    u32::try_from(n).map_or(0.0, f64::from)
}
