//! The table of routes: method, path, who may, what it says, and the handler. Nothing else adds a route.
//!
//! The same rows make the router ([`router`](super::router)) and the OpenAPI document ([`openapi`](super::openapi)).

use super::access::Policy;
use super::handlers::{
    changes, courier, day, day_orders, days, desk, devices, docs, events, export, import, jobs, keys, live,
    map, orders, pages, plans, rows, sessions, status,
};
use super::route::ApiRoute;
use super::route_doc::RouteDoc;
use super::wire;
use coldmile_store::Scope;

/// Body limit of an event batch: 100 events with the largest payload.
const BATCH: usize = 1024 * 1024;

/// Body limit of a new day, which may bring its network along.
const NETWORK: usize = coldmile_model::MAX_NETWORK_BYTES + 64 * 1024;

/// Every route there is.
pub(super) fn routes() -> Vec<ApiRoute> {
    use Policy::{
        Courier, Dispatcher, DispatcherOrCentre, OwnCentre, OwnCentreOrDispatcher, Public, SignedIn,
    };
    vec![
        ApiRoute::post(
            "/api/v1/sessions",
            Public,
            RouteDoc::new("Signs in with the code of a one-time link")
                .body::<wire::SessionPost>()
                .answers::<wire::MeView>(200),
            sessions::sign_in,
        ),
        ApiRoute::delete(
            "/api/v1/sessions/current",
            SignedIn,
            RouteDoc::new("Signs this device out for good").status(204),
            sessions::sign_out,
        ),
        ApiRoute::get(
            "/api/v1/me",
            SignedIn,
            RouteDoc::new("Who is signed in").answers::<wire::MeView>(200),
            sessions::me,
        ),
        ApiRoute::post(
            "/api/v1/enrolments",
            Dispatcher,
            RouteDoc::new("Makes a one-time link for a device")
                .body::<wire::EnrolmentPost>()
                .answers::<wire::EnrolmentView>(201),
            // Without an idempotency key: the answer holds a one-time code, which must not be kept. Sent again, it is answered
            // anew.
            devices::enrol,
        ),
        ApiRoute::get(
            "/api/v1/devices",
            Dispatcher,
            RouteDoc::new("Enrolled devices").pages_of::<wire::DeviceView>(),
            devices::list,
        ),
        ApiRoute::delete(
            "/api/v1/devices/{id}",
            Dispatcher,
            RouteDoc::new("Shuts a device out at once").status(204),
            devices::revoke,
        ),
        ApiRoute::get(
            "/api/v1/keys",
            Dispatcher,
            RouteDoc::new("Keys of shops, newest first").pages_of::<wire::KeyView>(),
            keys::list,
        ),
        ApiRoute::post(
            "/api/v1/keys",
            Dispatcher,
            RouteDoc::new("Makes a key for a shop, which is told this once")
                .body::<wire::KeyPost>()
                .answers::<wire::NewKeyView>(201),
            // Without an idempotency key: the answer holds a secret, which must not be kept.
            keys::add,
        ),
        ApiRoute::delete(
            "/api/v1/keys/{id}",
            Dispatcher,
            RouteDoc::new("Withdraws a key at once").status(204),
            keys::revoke,
        ),
        ApiRoute::get(
            "/api/v1/day",
            SignedIn,
            RouteDoc::new("The day: sites, couriers on duty, waves").answers::<wire::DayView>(200),
            day::show,
        ),
        ApiRoute::get(
            "/api/v1/days",
            Dispatcher,
            RouteDoc::new("Days, the latest first").pages_of::<wire::DayHeadView>(),
            days::list,
        )
        .for_keys(Scope::OrdersRead),
        ApiRoute::post(
            "/api/v1/days",
            Dispatcher,
            RouteDoc::new("A new day without orders, with the network of another day or of a file")
                .body::<wire::DayPost>()
                .answers::<wire::DayHeadView>(201),
            days::add,
        )
        .with_body_limit(NETWORK)
        .creating(),
        ApiRoute::get(
            "/api/v1/days/{date}",
            Dispatcher,
            RouteDoc::new("The day: sites, couriers on duty, waves").answers::<wire::DayView>(200),
            day::show,
        ),
        ApiRoute::get(
            "/api/v1/days/{date}/orders",
            Dispatcher,
            RouteDoc::new("Orders as rows of the file").pages_of::<wire::RowView>(),
            day_orders::list,
        )
        .for_keys(Scope::OrdersRead),
        ApiRoute::post(
            "/api/v1/days/{date}/orders",
            Dispatcher,
            RouteDoc::new("Adds an order").body::<wire::RowPatch>().answers::<wire::RowView>(201),
            day_orders::add,
        )
        .for_keys(Scope::OrdersWrite)
        .creating(),
        ApiRoute::post(
            "/api/v1/days/{date}/orders/import",
            Dispatcher,
            RouteDoc::new("Takes orders from a file, or tells what it would do")
                .query(&["dry_run", "bad_rows"])
                .answers::<wire::ImportView>(200),
            import::import,
        )
        .for_keys(Scope::OrdersWrite)
        .with_body_limit(coldmile_model::MAX_ORDERS_BYTES),
        ApiRoute::get(
            "/api/v1/days/{date}/orders/{id}",
            Dispatcher,
            RouteDoc::new("One order as a row of the file").answers::<wire::RowView>(200),
            day_orders::show,
        )
        .for_keys(Scope::OrdersRead),
        ApiRoute::patch(
            "/api/v1/days/{date}/orders/{id}",
            Dispatcher,
            RouteDoc::new("Changes some cells of an order; needs If-Match")
                .needing_match()
                .body::<wire::RowPatch>()
                .answers::<wire::RowView>(200),
            day_orders::patch,
        )
        .for_keys(Scope::OrdersWrite),
        ApiRoute::delete(
            "/api/v1/days/{date}/orders/{id}",
            Dispatcher,
            RouteDoc::new("Takes an order to which nothing has happened out of the day; needs If-Match")
                .needing_match()
                .status(204),
            day_orders::remove,
        )
        .for_keys(Scope::OrdersWrite),
        ApiRoute::get(
            "/api/v1/days/{date}/couriers",
            Dispatcher,
            RouteDoc::new("The couriers as tables of the file").pages_of::<wire::RowView>(),
            rows::couriers,
        ),
        ApiRoute::get(
            "/api/v1/days/{date}/couriers/{id}",
            Dispatcher,
            RouteDoc::new("One courier as a table of the file").answers::<wire::RowView>(200),
            rows::courier,
        ),
        ApiRoute::patch(
            "/api/v1/days/{date}/couriers/{id}",
            Dispatcher,
            RouteDoc::new("Changes some keys of a courier; needs If-Match")
                .needing_match()
                .body::<wire::RowPatch>()
                .answers::<wire::RowView>(200),
            rows::change_courier,
        ),
        ApiRoute::get(
            "/api/v1/days/{date}/sites",
            Dispatcher,
            RouteDoc::new("The sites as tables of the file").pages_of::<wire::RowView>(),
            rows::sites,
        ),
        ApiRoute::get(
            "/api/v1/days/{date}/sites/{id}",
            Dispatcher,
            RouteDoc::new("One site as a table of the file").answers::<wire::RowView>(200),
            rows::site,
        ),
        ApiRoute::patch(
            "/api/v1/days/{date}/sites/{id}",
            Dispatcher,
            RouteDoc::new("Changes some keys of a site; needs If-Match")
                .needing_match()
                .body::<wire::RowPatch>()
                .answers::<wire::RowView>(200),
            rows::change_site,
        ),
        ApiRoute::get(
            "/api/v1/days/{date}/vehicle-types",
            Dispatcher,
            RouteDoc::new("The vehicle types as tables of the file").pages_of::<wire::RowView>(),
            rows::vehicle_types,
        ),
        ApiRoute::get(
            "/api/v1/days/{date}/vehicle-types/{id}",
            Dispatcher,
            RouteDoc::new("One vehicle type as a table of the file").answers::<wire::RowView>(200),
            rows::vehicle_type,
        ),
        ApiRoute::patch(
            "/api/v1/days/{date}/vehicle-types/{id}",
            Dispatcher,
            RouteDoc::new("Changes some keys of a vehicle type; needs If-Match")
                .needing_match()
                .body::<wire::RowPatch>()
                .answers::<wire::RowView>(200),
            rows::change_vehicle_type,
        ),
        ApiRoute::get(
            "/api/v1/days/{date}/prices",
            Dispatcher,
            RouteDoc::new("The table of prices of the file").answers::<wire::RowView>(200),
            rows::prices,
        ),
        ApiRoute::patch(
            "/api/v1/days/{date}/prices",
            Dispatcher,
            RouteDoc::new("Changes some prices; needs If-Match")
                .needing_match()
                .body::<wire::RowPatch>()
                .answers::<wire::RowView>(200),
            rows::change_prices,
        ),
        ApiRoute::get(
            "/api/v1/days/{date}/export",
            Dispatcher,
            RouteDoc::new("A file of the day: orders, plan, labels or load sheets")
                .query(&["what", "as", "run", "paper", "lang"])
                .bytes("application/octet-stream"),
            export::export,
        ),
        ApiRoute::get(
            "/api/v1/days/{date}/changes",
            Dispatcher,
            RouteDoc::new("What people changed, newest first")
                .query(&["cursor", "limit", "what", "id"])
                .pages_of::<wire::ChangeView>(),
            changes::list,
        ),
        ApiRoute::get(
            "/api/v1/plans",
            Dispatcher,
            RouteDoc::new("Versions of the plan, newest first").pages_of::<wire::WirePlanHead>(),
            plans::list,
        ),
        ApiRoute::get(
            "/api/v1/plans/published",
            Dispatcher,
            RouteDoc::new("The published plan").answers::<wire::PlanView>(200),
            plans::published,
        ),
        ApiRoute::get(
            "/api/v1/plans/{id}",
            Dispatcher,
            RouteDoc::new("One version of the plan").answers::<wire::PlanView>(200),
            plans::show,
        ),
        ApiRoute::post(
            "/api/v1/plans/{id}/publish",
            Dispatcher,
            RouteDoc::new("Publishes a draft; needs If-Match")
                .needing_match()
                .optional_body::<wire::PublishPost>()
                .answers::<wire::WirePlanHead>(200),
            plans::publish,
        ),
        ApiRoute::get(
            "/api/v1/plans/{id}/compare/{other}",
            Dispatcher,
            RouteDoc::new("Two versions side by side").answers::<wire::CompareView>(200),
            plans::compare,
        ),
        ApiRoute::get(
            "/api/v1/orders/{id}",
            Dispatcher,
            RouteDoc::new("One order with all that is known of it").answers::<wire::OrderView>(200),
            orders::show,
        )
        .for_keys(Scope::OrdersRead),
        ApiRoute::post(
            "/api/v1/orders/{id}/pickup-code",
            Dispatcher,
            RouteDoc::new("Gives an order another pickup code").answers::<wire::PickupCodeView>(200),
            orders::reissue_code,
        ),
        ApiRoute::get(
            "/api/v1/orders/{id}/marginal",
            Dispatcher,
            RouteDoc::new("What an order adds to the day: the plan with and without it")
                .answers::<wire::MarginalView>(200),
            orders::marginal,
        ),
        ApiRoute::get(
            "/api/v1/search",
            Dispatcher,
            RouteDoc::new("Finds orders, runs and sites by id, name, address or phone")
                .query(&["q", "limit"])
                .pages_of::<wire::SearchHit>(),
            orders::search,
        ),
        ApiRoute::post(
            "/api/v1/jobs",
            Dispatcher,
            RouteDoc::new("Starts planning in the background")
                .body::<wire::JobPost>()
                .answers::<wire::JobView>(202),
            jobs::start,
        )
        .creating(),
        ApiRoute::get(
            "/api/v1/jobs",
            Dispatcher,
            RouteDoc::new("Jobs, newest first").pages_of::<wire::JobView>(),
            jobs::list,
        ),
        ApiRoute::get(
            "/api/v1/jobs/{id}",
            Dispatcher,
            RouteDoc::new("How far a job has come").answers::<wire::JobView>(200),
            jobs::show,
        ),
        ApiRoute::delete(
            "/api/v1/jobs/{id}",
            Dispatcher,
            RouteDoc::new("Stops a job; the best plan found so far is kept").answers::<wire::JobView>(202),
            jobs::cancel,
        ),
        ApiRoute::post(
            "/api/v1/events",
            SignedIn,
            RouteDoc::new("Tells what happened; safe to send again")
                .body::<wire::EventBatch>()
                .part::<wire::EventPost>()
                .answers::<wire::EventResults>(200),
            events::record,
        )
        .with_body_limit(BATCH),
        ApiRoute::get(
            "/api/v1/events",
            DispatcherOrCentre,
            RouteDoc::new("What happened, oldest first").pages_of::<wire::EventView>(),
            events::list,
        )
        .for_keys(Scope::EventsRead),
        ApiRoute::get(
            "/api/v1/live",
            SignedIn,
            RouteDoc::new("Server-sent events: event, job, plan, day, reset").query(&["after"]).stream(),
            live::stream,
        ),
        ApiRoute::get(
            "/api/v1/courier/route",
            Courier,
            RouteDoc::new("The courier's own run").answers::<wire::RouteView>(200),
            courier::route,
        ),
        ApiRoute::get(
            "/api/v1/centres/{id}/desk",
            OwnCentreOrDispatcher,
            RouteDoc::new("What comes, waits and leaves at a centre").answers::<wire::DeskView>(200),
            desk::show,
        ),
        ApiRoute::post(
            "/api/v1/centres/{id}/pickup",
            OwnCentre,
            RouteDoc::new("What a family's pickup code opens")
                .body::<wire::PickupPost>()
                .answers::<wire::PickupView>(200),
            desk::pickup,
        ),
        ApiRoute::get(
            "/api/v1/time",
            Public,
            RouteDoc::new("The server's clock").answers::<wire::TimeView>(200),
            status::time,
        ),
        ApiRoute::get(
            "/api/v1/map/style.json",
            SignedIn,
            RouteDoc::new("Map style").query(&["lang", "theme"]).json(),
            map::style,
        ),
        ApiRoute::get(
            "/map/{z}/{x}/{y}",
            SignedIn,
            RouteDoc::new("Vector tile; y ends in .mvt").bytes("application/vnd.mapbox-vector-tile"),
            map::tile,
        ),
        ApiRoute::get("/healthz", Public, RouteDoc::new("The process answers").text(), status::healthy),
        ApiRoute::get("/readyz", Public, RouteDoc::new("The server can do its work").text(), status::ready),
        ApiRoute::get("/openapi.json", Public, RouteDoc::new("This document").json(), status::openapi),
        ApiRoute::get("/", Public, RouteDoc::new("Dispatcher console").page(), pages::console),
        ApiRoute::get("/c", Public, RouteDoc::new("Courier's phone").page(), pages::courier),
        ApiRoute::get("/centre", Public, RouteDoc::new("Centre desk").page(), pages::centre),
        ApiRoute::get("/join", Public, RouteDoc::new("Signing in with a one-time link").page(), pages::join),
        ApiRoute::get("/docs", Public, RouteDoc::new("Documentation").page().unlisted(), docs::index),
        ApiRoute::get("/docs/{page}", Public, RouteDoc::new("A page of it").page().unlisted(), docs::page),
        ApiRoute::get("/{*path}", Public, RouteDoc::new("Files of the pages").page(), pages::file),
    ]
}
