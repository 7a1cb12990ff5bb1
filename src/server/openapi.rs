//! The OpenAPI 3.1 document, made from the table of routes.

use super::access::Policy;
use super::error::ProblemBody;
use super::idempotency::MAX_KEY_LENGTH;
use super::request::{MAX_HITS, MAX_PAGE_SIZE, MAX_QUERY_LENGTH};
use super::route::ApiRoute;
use super::route_doc::{Listing, Named, ResponseContent, SchemaRef};
use axum::http::Method;
use utoipa::openapi::path::{
    HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, PathItem, PathsBuilder,
};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{
    AnyOfBuilder, ArrayBuilder, ComponentsBuilder, ObjectBuilder, Schema, SchemaType, Type,
};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, Required, ResponseBuilder,
};

/// The document as text. Given to the handler that serves it, which must not know the table it stands in.
#[derive(Clone, Copy)]
pub(super) struct DocumentText(pub fn() -> &'static str);

/// The document of these routes.
pub(super) fn document(routes: &[ApiRoute]) -> OpenApi {
    let mut parts: Vec<Named> = SchemaRef::of::<ProblemBody>().parts;
    let mut paths = PathsBuilder::new().build();
    for route in routes.iter().filter(|route| route.doc.listing == Listing::Listed) {
        let item = PathItem::new(method(&route.method), operation(route, &mut parts));
        // OpenAPI knows no `{*rest}`.
        let path = route.path.replace("{*", "{");
        let known = paths.paths.entry(path).or_default();
        known.merge_operations(item);
    }
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
        "coldmile",
        "Set by POST /api/v1/sessions; over TLS its name is __Host-coldmile.",
    )));
    let components = ComponentsBuilder::new().schemas_from_iter(parts).security_scheme("session", cookie);
    let key =
        HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("Made by POST /api/v1/keys."));
    let components = components.security_scheme("key", SecurityScheme::Http(key.build()));
    let info = InfoBuilder::new()
        .title("Coldmile")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("Plans and runs the last mile: hub, community centre, family."));
    OpenApiBuilder::new().info(info.build()).paths(paths).components(Some(components.build())).build()
}

fn method(method: &Method) -> HttpMethod {
    match *method {
        Method::POST => HttpMethod::Post,
        Method::DELETE => HttpMethod::Delete,
        Method::PUT => HttpMethod::Put,
        Method::PATCH => HttpMethod::Patch,
        _ => HttpMethod::Get,
    }
}

fn operation(route: &ApiRoute, parts: &mut Vec<Named>) -> utoipa::openapi::path::Operation {
    let doc = &route.doc;
    let parameter = |name: &str, place: ParameterIn| {
        let schema = parameter_schema(route, name);
        ParameterBuilder::new().name(name).parameter_in(place).schema(Some(schema))
    };
    let mut operation = OperationBuilder::new()
        .summary(Some(doc.summary))
        .operation_id(Some(operation_id(route)))
        .description(Some(format!("May be called by: {}.", audience(route))));
    for name in path_names(route.path) {
        operation = operation.parameter(parameter(name, ParameterIn::Path).required(Required::True));
    }
    for name in &doc.query {
        // What is searched for cannot be left out; pages have a first one, and defaults.
        let required = if *name == "q" { Required::True } else { Required::False };
        operation = operation.parameter(parameter(name, ParameterIn::Query).required(required));
    }
    if route.takes_key {
        let key = parameter("Idempotency-Key", ParameterIn::Header).required(Required::False);
        operation = operation.parameter(key);
    }
    if route.doc.needs_match {
        operation = operation.parameter(parameter("If-Match", ParameterIn::Header).required(Required::True));
    }
    if let Some(sent) = &doc.sent {
        parts.extend(sent.parts.clone());
        let content = ContentBuilder::new().schema(Some(sent.reference())).build();
        let body =
            RequestBodyBuilder::new().content("application/json", content).required(Some(doc.body.clone()));
        operation = operation.request_body(Some(body.build()));
    }
    if route.policy != Policy::Public {
        operation = operation.security(SecurityRequirement::new("session", Vec::<String>::new()));
    }
    if let Some(scope) = route.scope {
        operation = operation.security(SecurityRequirement::new("key", [scope.word()]));
    }
    let problem =
        ContentBuilder::new().schema(Some(RefOr::<Schema>::Ref(Ref::from_schema_name("ProblemBody"))));
    let refusal = ResponseBuilder::new()
        .description("A refusal")
        .content("application/problem+json", problem.build())
        .build();
    let mut answer = ResponseBuilder::new().description(doc.summary);
    match &doc.answer {
        ResponseContent::Nothing => {}
        ResponseContent::Raw(kind) => answer = answer.content(*kind, ContentBuilder::new().build()),
        ResponseContent::One(schema) => {
            parts.extend(schema.parts.clone());
            let content = ContentBuilder::new().schema(Some(schema.reference())).build();
            answer = answer.content("application/json", content);
        }
        ResponseContent::Page(schema) => {
            parts.extend(schema.parts.clone());
            let page = ObjectBuilder::new()
                .property("items", ArrayBuilder::new().items(schema.reference()).build())
                .required("items")
                .property("next", cursor());
            let content = ContentBuilder::new().schema(Some(Schema::Object(page.build()))).build();
            answer = answer.content("application/json", content);
        }
    }
    operation.response(doc.status.to_string(), answer.build()).response("default", refusal).build()
}

/// What a parameter may be, so that nothing which follows the document is refused for its form.
fn parameter_schema(route: &ApiRoute, name: &str) -> Schema {
    let text = ObjectBuilder::new().schema_type(SchemaType::Type(Type::String));
    let number = ObjectBuilder::new().schema_type(SchemaType::Type(Type::Integer));
    let schema = match name {
        "limit" if route.doc.query.contains(&"q") => number.minimum(Some(1)).maximum(Some(MAX_HITS as u32)),
        // Forms send a parameter without a value.
        "limit" => {
            let number = number.minimum(Some(1)).maximum(Some(MAX_PAGE_SIZE));
            return AnyOfBuilder::new().item(number).item(text.max_length(Some(0))).build().into();
        }
        "cursor" => cursor(),
        "after" => number.minimum(Some(0)),
        "q" => text.min_length(Some(1)).max_length(Some(MAX_QUERY_LENGTH)).pattern(Some(r"\S")),
        "Idempotency-Key" => {
            // Blanks at its ends are no part of a header.
            text.pattern(Some(format!("^[!-~]([ -~]{{0,{}}}[!-~])?$", MAX_KEY_LENGTH - 2)))
        }
        _ => text,
    };
    schema.build().into()
}

/// The letters of [`PageQuery`](super::request::PageQuery)'s cursors.
fn cursor() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::Type(Type::String)).pattern(Some("^[g-p]{1,19}$"))
}

fn path_names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}').map(|name| name.trim_start_matches('*')))
}

/// `get_plans_id` and so on: stable, and unique because method and path are.
fn operation_id(route: &ApiRoute) -> String {
    let path = route.path.trim_start_matches("/api/v1");
    let words = path.split(['/', '{', '}', '*', '.', '-']).filter(|word| !word.is_empty());
    let mut id = route.method.as_str().to_lowercase();
    for word in words {
        id.push('_');
        id.push_str(word);
    }
    id
}

fn audience(route: &ApiRoute) -> &'static str {
    match route.policy {
        Policy::Public => "every caller",
        Policy::SignedIn => "every signed-in device",
        Policy::Dispatcher => "dispatchers",
        Policy::Courier => "couriers, for their own run",
        Policy::OwnCentre => "staff of that centre",
        Policy::OwnCentreOrDispatcher => "staff of that centre, dispatchers",
        Policy::DispatcherOrCentre => "dispatchers; centres, for their own",
    }
}
