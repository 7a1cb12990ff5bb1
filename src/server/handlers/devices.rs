//! Letting devices in by one-time links, and shutting them out.

use crate::access::{Principal, random_token};
use crate::conditional::tagged;
use crate::error::{Answer, ApiProblem};
use crate::request::{JsonBody, PageQuery, QueryParams};
use crate::state::AppState;
use crate::wire::{DeviceView, EnrolmentPost, EnrolmentView, Page};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::HOST;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use coldmile_plan::Role;
use coldmile_store::{Device, Digest, Enrolment, Grant};
use coldmile_units::{Id, Seconds, Timestamp};

/// A link is photographed or sent, and used at once.
const LINK_LIFE: Seconds = Seconds::minutes(10);
/// The first link stands on the console of an operator who may still be reading the manual.
const FIRST_LINK_LIFE: Seconds = Seconds::minutes(60);

/// Makes a one-time link.
pub(crate) async fn enrol(
    State(state): State<AppState>,
    _reader: Principal,
    headers: HeaderMap,
    JsonBody(post): JsonBody<EnrolmentPost>,
) -> Answer {
    let grant = grant(&state, &post)?;
    let base = state.config().public_url.clone().unwrap_or_else(|| {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
        let scheme = if state.is_secure() { "https" } else { "http" };
        format!("{scheme}://{host}")
    });
    let view = link(&state, &base, grant, LINK_LIFE).await?;
    Ok((StatusCode::CREATED, Json(view)).into_response())
}

/// The link for the first dispatcher, while none is signed in; for the command line to print. `base` is what the link
/// begins with, `http://127.0.0.1:8080`.
pub async fn first_dispatcher_link(state: &AppState, base: &str) -> Result<Option<String>, ApiProblem> {
    let devices = state.store().devices().await?;
    let mut present = devices.iter().filter(|device| state.sessions().is_present(device, state.now()));
    if present.any(|device| device.grant.role == Role::Dispatcher) {
        return Ok(None);
    }
    another_dispatcher_link(state, base).await.map(Some)
}

/// A link for one more dispatcher: for the operator of the server when the others have lost their devices.
pub async fn another_dispatcher_link(state: &AppState, base: &str) -> Result<String, ApiProblem> {
    let grant = Grant { role: Role::Dispatcher, courier: None, centre: None, name: "Dispatcher".to_owned() };
    Ok(link(state, base, grant, FIRST_LINK_LIFE).await?.url)
}

/// A link for a courier or a centre, for the command line to print.
pub async fn first_field_link(state: &AppState, base: &str, grant: Grant) -> Result<String, ApiProblem> {
    Ok(link(state, base, grant, FIRST_LINK_LIFE).await?.url)
}

/// All devices, newest first.
pub(crate) async fn list(
    State(state): State<AppState>,
    headers: HeaderMap,
    QueryParams(page): QueryParams<PageQuery>,
) -> Answer {
    let (limit, skip) = (page.limit()?, page.position()?.unwrap_or(u64::MAX));
    let number = |device: &Device| device.id.as_str().trim_start_matches('D').parse().unwrap_or(0_u64);
    let devices = state.store().devices().await?;
    let mut rest = devices.iter().filter(|device| number(device) < skip);
    let items: Vec<_> = rest.by_ref().take(limit).collect();
    let next = rest.next().and(items.last()).map(|last| PageQuery::cursor(number(last)));
    tagged(&headers, &Page { items: items.into_iter().map(view).collect::<Vec<_>>(), next })
}

/// Shuts a device out.
pub(crate) async fn revoke(State(state): State<AppState>, Path(id): Path<String>) -> Answer {
    state.sessions().revoke(&Id::new(id), state.now()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What the link will allow; couriers and centres must be of the day.
fn grant(state: &AppState, post: &EnrolmentPost) -> Result<Grant, ApiProblem> {
    let wrong = |pointer, code, detail: &str| {
        Err(ApiProblem::unprocessable("enrolment/wrong", detail).flaw(pointer, code, detail))
    };
    let day = state.day();
    match (Role::from_word(&post.role), &post.courier, &post.centre) {
        (Some(Role::Dispatcher), None, None) => {
            Ok(Grant { role: Role::Dispatcher, courier: None, centre: None, name: "Dispatcher".to_owned() })
        }
        (Some(Role::Courier), Some(id), None) => {
            match day.couriers.iter().find(|courier| courier.id.as_str() == id) {
                Some(courier) => Ok(Grant {
                    role: Role::Courier,
                    courier: Some(courier.id.clone()),
                    centre: None,
                    name: courier.name.clone(),
                }),
                None => wrong("/courier", "enrolment/unknown-courier", "the day has no such courier"),
            }
        }
        (Some(Role::Centre), None, Some(id)) => match day.network.site_by_id(id) {
            Some(position) => {
                let site = &day.network.sites()[position];
                Ok(Grant {
                    role: Role::Centre,
                    courier: None,
                    centre: Some(site.id.clone()),
                    name: site.name.clone(),
                })
            }
            None => wrong("/centre", "enrolment/unknown-centre", "the day has no such centre"),
        },
        (None, ..) => wrong("/role", "enrolment/unknown-role", "a role is dispatcher, courier or centre"),
        _ => wrong(
            "/role",
            "enrolment/wrong-fields",
            "couriers need courier, centres need centre, and no more",
        ),
    }
}

async fn link(
    state: &AppState,
    base: &str,
    grant: Grant,
    life: Seconds,
) -> Result<EnrolmentView, ApiProblem> {
    let (code, now) = (random_token(), state.now());
    let enrolment = Enrolment { code: Digest::of(&code), grant, expires_at: now + life };
    state.store().add_enrolment(enrolment, now).await?;
    let url = format!("{}/join#{code}", base.trim_end_matches('/'));
    let qr = qrcode::QrCode::new(&url).map_err(ApiProblem::internal)?;
    let qr_svg = qr.render::<qrcode::render::svg::Color<'_>>().min_dimensions(240, 240).build();
    Ok(EnrolmentView { url, code, qr_svg, expires_at: (now + life).unix() })
}

fn view(device: &Device) -> DeviceView {
    DeviceView {
        id: device.id.to_string(),
        role: device.grant.role.as_str(),
        name: device.grant.name.clone(),
        courier: device.grant.courier.as_ref().map(ToString::to_string),
        centre: device.grant.centre.as_ref().map(ToString::to_string),
        created_at: device.created_at.unix(),
        last_seen_at: device.last_seen_at.map(Timestamp::unix),
        revoked_at: device.revoked_at.map(Timestamp::unix),
    }
}
