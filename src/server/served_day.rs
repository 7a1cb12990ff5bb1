//! The days that are in memory: the one that people work by, and those that were looked at last.

use super::config::DaySource;
use super::error::ApiProblem;
use super::event_quota::EventQuota;
use super::live_day::LiveDay;
use super::plan_cache::PlanCache;
use coldmile_model::{Day, InputProblem, Reading, read_orders};
use coldmile_store::{DayId, DayRecord, Digest, Store};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// Days beside the one that people work by that are kept in memory.
const MAX_OTHER_DAYS: usize = 3;

/// A day with what is kept in memory of it. Never changes: changed files make another.
pub(super) struct ServedDay {
    pub id: DayId,
    pub day: Arc<Day>,
    /// Tells the files that the day was read from from others.
    pub version: String,
    pub plans: Arc<PlanCache>,
    pub live: LiveDay,
    pub quota: EventQuota,
}

impl ServedDay {
    pub(super) fn new(store: Store, id: DayId, day: Arc<Day>, files: Digest) -> Self {
        let plans = Arc::new(PlanCache::new(store.clone(), day.clone(), id));
        let first = files.bytes().first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes));
        Self {
            version: format!("{first:08x}"),
            live: LiveDay::new(store.clone(), id, plans.clone()),
            quota: EventQuota::new(store, id),
            plans,
            id,
            day,
        }
    }
}

/// The days in memory.
pub(super) struct ServedDays {
    today: watch::Sender<Arc<ServedDay>>,
    /// Least recently used first.
    others: Mutex<VecDeque<Arc<ServedDay>>>,
}

impl ServedDays {
    pub(super) fn new(today: Arc<ServedDay>) -> Self {
        Self { today: watch::channel(today).0, others: Mutex::default() }
    }

    /// The day that people work by.
    pub(super) fn today(&self) -> Arc<ServedDay> {
        self.today.borrow().clone()
    }

    /// Makes this the day that people work by.
    pub(super) fn set_today(&self, served: Arc<ServedDay>) {
        let before = self.today.send_replace(served);
        self.keep(before);
    }

    /// Tells of each change of it.
    pub(super) fn changes(&self) -> watch::Receiver<Arc<ServedDay>> {
        self.today.subscribe()
    }

    /// The same day with the files that it has now.
    pub(super) fn newest(&self, served: &Arc<ServedDay>) -> Arc<ServedDay> {
        let today = self.today();
        if today.id == served.id {
            return today;
        }
        let others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        others.iter().find(|other| other.id == served.id).unwrap_or(served).clone()
    }

    /// Serves a day whose files were changed.
    pub(super) fn replace(&self, served: Arc<ServedDay>) {
        if self.today().id == served.id {
            self.today.send_replace(served);
        } else {
            self.keep(served);
        }
    }

    /// The day of a date, read from the store unless it is in memory.
    pub(super) async fn of_date(
        &self,
        store: &Store,
        source: Arc<dyn DaySource>,
        date: &str,
    ) -> Result<Arc<ServedDay>, ApiProblem> {
        if let Some(known) = self.known(date) {
            return Ok(known);
        }
        let none = || ApiProblem::not_found("day/none", format!("there is no day {date}"));
        let record = store.day_of_date(date).await?.ok_or_else(none)?;
        let (id, digest) = (record.id, record.digest);
        let day = tokio::task::spawn_blocking(move || read_record(&*source, &record)).await;
        let day = day.map_err(ApiProblem::internal)?.map_err(|problems| unreadable(date, &problems))?;
        let served = Arc::new(ServedDay::new(store.clone(), id, Arc::new(day), digest));
        self.keep(served.clone());
        Ok(served)
    }

    fn known(&self, date: &str) -> Option<Arc<ServedDay>> {
        let is_it = |served: &ServedDay| served.day.date.to_string() == date;
        let today = self.today();
        if is_it(&today) {
            return Some(today);
        }
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        let position = others.iter().position(|served| is_it(served))?;
        let served = others.remove(position)?;
        others.push_back(served.clone());
        Some(served)
    }

    fn keep(&self, served: Arc<ServedDay>) {
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        others.retain(|other| other.id != served.id);
        others.push_back(served);
        if others.len() > MAX_OTHER_DAYS {
            others.pop_front();
        }
    }
}

/// Reads the files of a day as the store has them.
fn read_record(source: &dyn DaySource, record: &DayRecord) -> Result<Day, Vec<InputProblem>> {
    read_files(source, &record.day.network, &record.day.orders)
}

/// Reads both files of a day; every row must be in order.
pub(super) fn read_files(
    source: &dyn DaySource,
    network: &[u8],
    orders: &[u8],
) -> Result<Day, Vec<InputProblem>> {
    let mut day = source.network(network)?;
    let locate = |text: &str| source.locate(text);
    let reading: Reading<_> = read_orders(orders, "orders.csv", &day, &locate);
    day.orders = reading.into_result()?;
    Ok(day)
}

/// Refuses the files of a day, with all that is wrong with them.
pub(super) fn unreadable(date: &str, problems: &[InputProblem]) -> ApiProblem {
    let detail = format!("the files of {date} cannot be read: {} problems", problems.len());
    let problem = ApiProblem::unprocessable("day/unreadable", detail);
    problems.iter().fold(problem, ApiProblem::input)
}
