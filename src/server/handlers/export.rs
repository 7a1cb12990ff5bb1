//! What goes out of a day: `?what=orders|plan|labels|load-sheet&as=csv|xlsx|gpx|geojson|json|html`.

use crate::error::{Answer, ApiProblem};
use crate::export::{Paper, Tongue, geojson, gpx, labels, load_sheets, orders_sheet};
use crate::indexed_plan::IndexedPlan;
use crate::on_day::OnDay;
use crate::request::QueryParams;
use crate::state::AppState;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use coldmile_plan::Run;
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct ExportQuery {
    what: String,
    #[serde(rename = "as")]
    form: String,
    /// One run by its id; all when absent.
    run: Option<String>,
    #[serde(default)]
    paper: Paper,
    #[serde(default)]
    lang: Tongue,
}

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A file in the making: its media type, the end of its name, its bytes.
type Made = (&'static str, &'static str, Vec<u8>);

pub(crate) async fn export(OnDay(state): OnDay, QueryParams(query): QueryParams<ExportQuery>) -> Answer {
    let name = format!("{}-{}", query.what, state.day().date);
    let made = match (query.what.as_str(), query.form.as_str()) {
        ("orders", "csv" | "xlsx" | "json") => orders(&state, &query.form).await?,
        ("plan", "json" | "gpx" | "geojson") | ("labels" | "load-sheet", "html") => {
            let live = state.live().current().await?;
            let plan = live.indexed.clone();
            drop(live);
            let work = move || of_plan(&plan, &query);
            tokio::task::spawn_blocking(work).await.map_err(ApiProblem::internal)??
        }
        (what, form) => {
            let detail = format!("{what} does not go out as {form}");
            return Err(ApiProblem::bad_request("export/unknown", detail));
        }
    };
    Ok(file(&name, made))
}

async fn orders(state: &AppState, form: &str) -> Result<Made, ApiProblem> {
    let sheet = match state.live().current().await {
        Ok(live) => orders_sheet(state.day(), Some((&live.indexed, &live.progress))),
        Err(problem) if problem.code() == "plan/none-published" => orders_sheet(state.day(), None),
        Err(problem) => return Err(problem),
    };
    let form = form.to_owned();
    let work = move || match form.as_str() {
        "csv" => Ok(("text/csv; charset=utf-8", "csv", sheet.to_csv())),
        "xlsx" => sheet.to_xlsx().map(|bytes| (XLSX, "xlsx", bytes)).map_err(ApiProblem::internal),
        _ => {
            let object = |row: &Vec<String>| {
                let cells = sheet.header.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
                cells
                    .map(|(name, cell)| ((*name).to_owned(), cell.clone().into()))
                    .collect::<serde_json::Map<_, _>>()
            };
            let rows: Vec<_> = sheet.rows.iter().map(object).collect();
            let bytes = serde_json::to_vec(&rows).map_err(ApiProblem::internal)?;
            Ok(("application/json", "json", bytes))
        }
    };
    tokio::task::spawn_blocking(work).await.map_err(ApiProblem::internal)?
}

/// What is made from the published plan.
fn of_plan(plan: &IndexedPlan, query: &ExportQuery) -> Result<Made, ApiProblem> {
    let is_wanted = |run: &&Run| query.run.as_ref().is_none_or(|id| run.id.as_str() == id);
    let runs: Vec<&Run> = plan.plan.runs.iter().filter(is_wanted).collect();
    if let (Some(id), true) = (&query.run, runs.is_empty()) {
        return Err(ApiProblem::not_found("export/no-run", format!("the plan has no run {id}")));
    }
    let print = (query.paper, query.lang);
    Ok(match (query.what.as_str(), query.form.as_str()) {
        ("labels", _) => ("text/html; charset=utf-8", "html", labels(plan, query.lang).into_bytes()),
        ("load-sheet", _) => {
            let sheets = load_sheets(plan, runs.into_iter(), print);
            ("text/html; charset=utf-8", "html", sheets.into_bytes())
        }
        (_, "gpx") => {
            let [run] = runs[..] else {
                let detail = "a GPX file holds one run: say run=";
                return Err(ApiProblem::bad_request("export/one-run", detail));
            };
            ("application/gpx+xml", "gpx", gpx(plan, run).into_bytes())
        }
        (_, "geojson") => {
            let bytes = serde_json::to_vec(&geojson(plan, runs.into_iter())).map_err(ApiProblem::internal)?;
            ("application/geo+json", "geojson", bytes)
        }
        _ => ("application/json", "json", plan.plan.to_json().into_bytes()),
    })
}

/// An answer that browsers save under a name; papers are shown, to be printed.
fn file(name: &str, (kind, ending, bytes): Made) -> Response {
    let shown = if ending == "html" { "inline" } else { "attachment" };
    let disposition = HeaderValue::from_str(&format!("{shown}; filename=\"{name}.{ending}\""));
    let disposition = disposition.unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    ([(CONTENT_TYPE, HeaderValue::from_static(kind)), (CONTENT_DISPOSITION, disposition)], bytes)
        .into_response()
}
