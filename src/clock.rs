//! The two times of the service: the moment, and the programme's day.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::Utc;
use chrono_tz::Tz;

use crate::db::UtcTimestamp;
use crate::values::Date;

/// Tells the time. The only place that asks the system, so that tests and the demo can stand still.
#[derive(Clone)]
pub struct Clock {
    source: Source,
    timezone: Tz,
    fixed_today: Option<Date>,
}

#[derive(Clone)]
enum Source {
    System,
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The system's clock; days are those of `timezone`, or always `fixed_today` (the demo's standing day).
    pub fn system(timezone: Tz, fixed_today: Option<Date>) -> Self {
        Self {
            source: Source::System,
            timezone,
            fixed_today,
        }
    }

    /// A clock that moves only when told to.
    pub fn manual(start: UtcTimestamp, timezone: Tz) -> Self {
        Self {
            source: Source::Manual(Arc::new(AtomicI64::new(start.0))),
            timezone,
            fixed_today: None,
        }
    }

    /// The moment, to the microsecond.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the system clock"
    )]
    pub fn now(&self) -> UtcTimestamp {
        match &self.source {
            Source::System => UtcTimestamp::from(Utc::now()),
            Source::Manual(moment) => UtcTimestamp(moment.load(Ordering::SeqCst)),
        }
    }

    /// The programme's day.
    pub fn today(&self) -> Date {
        self.fixed_today.unwrap_or_else(|| self.day_of(self.now()))
    }

    /// The day a moment belongs to in the programme's time zone.
    pub fn day_of(&self, moment: UtcTimestamp) -> Date {
        Date(
            moment
                .to_datetime()
                .with_timezone(&self.timezone)
                .date_naive(),
        )
    }

    /// The first moment of a day in the programme's time zone.
    pub fn start_of(&self, day: Date) -> UtcTimestamp {
        let midnight = day.0.and_time(chrono::NaiveTime::MIN);
        let local = midnight.and_local_timezone(self.timezone).earliest();
        local.map_or_else(
            || UtcTimestamp::from(midnight.and_utc()),
            |moment| UtcTimestamp::from(moment.to_utc()),
        )
    }

    /// Moves a manual clock forward; the system's clock is left alone.
    pub fn advance(&self, seconds: i64) {
        if let Source::Manual(moment) = &self.source {
            moment.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
        }
    }
}
