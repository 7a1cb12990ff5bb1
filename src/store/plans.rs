//! Plans: immutable versions, of which at most one a day is published.

use super::compression::{compress, decompress};
use super::connection::{Connection, SqlRow, args};
use super::error::StoreError;
use super::handle::Store;
use super::ids::{DayId, PlanId};
use super::news::News;
use super::plan_record::{NewPlan, PlanHead, PlanRecord, PlanStatus, Publication, Replaces};
use coldmile_plan::DayPlan;
use coldmile_units::{Seed, Timestamp};
use serde_json::Value;
use std::sync::Arc;

macro_rules! head {
    ($rest:literal) => {
        concat!(
            "select id, day, status, version, base, source, seed, created_at, published_at, published_by, reasons, ",
            "figures from plans ",
            $rest
        )
    };
}

impl Store {
    /// Keeps a plan as a draft.
    pub async fn add_plan(&self, new: NewPlan, now: Timestamp) -> Result<PlanHead, StoreError> {
        let body = compress(new.plan.to_json().as_bytes());
        let report = compress(new.report.to_string().as_bytes());
        let figures = new.figures.to_string();
        self.write(move |write| {
            Box::pin(async move {
                let mut conn = write.conn();
                let known = conn.number("select count(*) from days where id = $1", args![new.day.0]).await?;
                if known == 0 {
                    return Err(StoreError::NotFound { what: "day", id: new.day.to_string() });
                }
                if let Some(base) = new.base {
                    head_of(&mut conn, base).await?;
                }
                let id = conn.number("select coalesce(max(id), 0) + 1 from plans", args![]).await?;
                conn.execute(
                    "insert into plans (id, day, status, version, base, source, seed, created_at, reasons, figures,
                         report, body)
                     values ($1, $2, 'draft', 1, $3, $4, $5, $6, '[]', $7, $8, $9)",
                    args![
                        id,
                        new.day.0,
                        new.base.map(|base| base.0),
                        new.source,
                        new.seed.map(|seed| seed.0),
                        now,
                        figures,
                        report,
                        body
                    ],
                )
                .await?;
                let head = head_of(&mut conn, PlanId(id.unsigned_abs())).await?;
                write.news.push(Arc::new(News::Plan(head.clone())));
                Ok(head)
            })
        })
        .await
    }

    /// Makes a draft the published plan, and the one before it superseded.
    pub async fn publish(&self, publication: Publication, now: Timestamp) -> Result<PlanHead, StoreError> {
        self.write(move |write| {
            Box::pin(async move {
                let mut conn = write.conn();
                let draft = head_of(&mut conn, publication.plan).await?;
                if draft.version != publication.version {
                    return Err(StoreError::StalePlan {
                        plan: draft.id,
                        expected: publication.version,
                        found: draft.version,
                    });
                }
                if draft.status != PlanStatus::Draft {
                    return Err(StoreError::NotADraft { plan: draft.id, status: draft.status.as_str() });
                }
                let before = published_of(&mut conn, draft.day).await?.map(|head| head.id);
                match publication.replaces {
                    Replaces::Only(expected) if expected != before => {
                        return Err(StoreError::StaleDay { expected, found: before });
                    }
                    Replaces::Only(_) | Replaces::Whichever => {}
                }
                let mut changed = Vec::new();
                if let Some(before) = before {
                    conn.execute(
                        "update plans set status = 'superseded', version = version + 1 where id = $1",
                        args![before.0],
                    )
                    .await?;
                    changed.push(head_of(&mut conn, before).await?);
                }
                let reasons = Value::from(publication.reasons).to_string();
                conn.execute(
                    "update plans set status = 'published', version = version + 1, published_at = $2,
                         published_by = $3, reasons = $4
                     where id = $1",
                    args![draft.id.0, now, &publication.by, reasons],
                )
                .await?;
                let head = head_of(&mut conn, draft.id).await?;
                changed.push(head.clone());
                write.news.extend(changed.into_iter().map(|head| Arc::new(News::Plan(head))));
                Ok(head)
            })
        })
        .await
    }

    /// The heads of a day's plans, newest first.
    pub async fn plans(&self, day: DayId) -> Result<Vec<PlanHead>, StoreError> {
        let mut reader = self.reader().await?;
        let rows = reader.conn().rows(head!("where day = $1 order by id desc"), args![day.0]).await?;
        rows.iter().map(read_head).collect()
    }

    /// One plan's head.
    pub async fn plan_head(&self, id: PlanId) -> Result<PlanHead, StoreError> {
        let mut reader = self.reader().await?;
        head_of(&mut reader.conn(), id).await
    }

    /// One plan with its content.
    pub async fn plan(&self, id: PlanId) -> Result<PlanRecord, StoreError> {
        let mut reader = self.reader().await?;
        let mut conn = reader.conn();
        let row = conn.row("select body, report from plans where id = $1", args![id.0]).await?;
        let row = row.ok_or_else(|| missing(id))?;
        let head = head_of(&mut conn, id).await?;
        let plan = DayPlan::from_json(&decompress("plan", &row.bytes(0)?)?)
            .map_err(|error| StoreError::BadRecord { what: "plan", cause: error.to_string() })?;
        let report = serde_json::from_slice(&decompress("report", &row.bytes(1)?)?)
            .map_err(|error| StoreError::BadRecord { what: "report", cause: error.to_string() })?;
        Ok(PlanRecord { head, plan, report })
    }

    /// The head of the published plan of `day`, if there is one.
    pub async fn published(&self, day: DayId) -> Result<Option<PlanHead>, StoreError> {
        let mut reader = self.reader().await?;
        published_of(&mut reader.conn(), day).await
    }
}

fn missing(id: PlanId) -> StoreError {
    StoreError::NotFound { what: "plan", id: id.to_string() }
}

async fn head_of(conn: &mut Connection<'_>, id: PlanId) -> Result<PlanHead, StoreError> {
    let row = conn.row(head!("where id = $1"), args![id.0]).await?;
    read_head(&row.ok_or_else(|| missing(id))?)
}

async fn published_of(conn: &mut Connection<'_>, day: DayId) -> Result<Option<PlanHead>, StoreError> {
    let row = conn.row(head!("where day = $1 and status = 'published'"), args![day.0]).await?;
    row.as_ref().map(read_head).transpose()
}

fn read_head(row: &SqlRow) -> Result<PlanHead, StoreError> {
    let bad = |cause: String| StoreError::BadRecord { what: "plan", cause };
    let status = row.text(2)?;
    Ok(PlanHead {
        id: PlanId(row.count(0)?),
        day: DayId(row.count(1)?),
        status: [PlanStatus::Draft, PlanStatus::Published, PlanStatus::Superseded]
            .into_iter()
            .find(|known| known.as_str() == status)
            .ok_or_else(|| bad(format!("status {status:?}")))?,
        version: row.count(3)?,
        base: row.maybe_int(4)?.map(|base| PlanId(base.unsigned_abs())),
        source: row.text(5)?,
        // All 64 bits of a seed matter: it is stored as the signed number with the same bits.
        seed: row.maybe_int(6)?.map(|seed| Seed(seed as u64)),
        created_at: row.time(7)?,
        published_at: row.maybe_time(8)?,
        published_by: row.maybe_id(9)?,
        reasons: serde_json::from_str(&row.text(10)?).map_err(|error| bad(error.to_string()))?,
        figures: serde_json::from_str(&row.text(11)?).map_err(|error| bad(error.to_string()))?,
    })
}
