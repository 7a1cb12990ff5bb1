//! What the OpenAPI document says of one route.

use utoipa::ToSchema;
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{Ref, RefOr, Required};

pub(super) type Named = (String, RefOr<Schema>);

/// A schema by name, with everything it refers to.
#[derive(Clone)]
pub(super) struct SchemaRef {
    name: String,
    pub parts: Vec<Named>,
}

impl SchemaRef {
    pub(super) fn of<T: ToSchema>() -> Self {
        let name = T::name().into_owned();
        let mut parts = vec![(name.clone(), T::schema())];
        T::schemas(&mut parts);
        Self { name, parts }
    }

    pub(super) fn reference(&self) -> RefOr<Schema> {
        RefOr::Ref(Ref::from_schema_name(&self.name))
    }
}

/// What a route answers with.
#[derive(Clone)]
pub(super) enum ResponseContent {
    Nothing,
    One(SchemaRef),
    Page(SchemaRef),
    Raw(&'static str),
}

/// What the document says of a route.
#[derive(Clone)]
pub(super) struct RouteDoc {
    pub summary: &'static str,
    /// Names in the query string.
    pub query: Vec<&'static str>,
    /// Whether the version that was read must be sent in `If-Match`.
    pub needs_match: bool,
    /// Whether there must be a body.
    pub body: Required,
    /// The body of the request.
    pub sent: Option<SchemaRef>,
    pub status: u16,
    pub answer: ResponseContent,
    pub listing: Listing,
}

/// Whether the document names a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Listing {
    /// It does.
    Listed,
    /// It does not: the route is for people who read, not for programs.
    Unlisted,
}

impl RouteDoc {
    pub(super) fn new(summary: &'static str) -> Self {
        Self {
            summary,
            query: Vec::new(),
            needs_match: false,
            body: Required::True,
            sent: None,
            status: 200,
            answer: ResponseContent::Nothing,
            listing: Listing::Listed,
        }
    }

    pub(super) fn query(mut self, names: &[&'static str]) -> Self {
        self.query.extend_from_slice(names);
        self
    }

    pub(super) fn needing_match(mut self) -> Self {
        self.needs_match = true;
        self
    }

    pub(super) fn body<T: ToSchema>(mut self) -> Self {
        self.sent = Some(SchemaRef::of::<T>());
        self
    }

    pub(super) fn optional_body<T: ToSchema>(mut self) -> Self {
        self.body = Required::False;
        self.body::<T>()
    }

    /// Names a type that the body's schema refers to by hand.
    pub(super) fn part<T: ToSchema>(mut self) -> Self {
        let parts = SchemaRef::of::<T>().parts;
        self.sent = self.sent.map(|sent| SchemaRef { parts: [sent.parts, parts].concat(), ..sent });
        self
    }

    pub(super) fn answers<T: ToSchema>(mut self, status: u16) -> Self {
        self.answer = ResponseContent::One(SchemaRef::of::<T>());
        self.status(status)
    }

    pub(super) fn pages_of<T: ToSchema>(mut self) -> Self {
        if self.query.is_empty() {
            self.query.extend(["cursor", "limit"]);
        }
        self.answer = ResponseContent::Page(SchemaRef::of::<T>());
        self
    }

    pub(super) fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub(super) fn bytes(mut self, content_type: &'static str) -> Self {
        self.answer = ResponseContent::Raw(content_type);
        self
    }

    pub(super) fn json(self) -> Self {
        self.bytes("application/json")
    }

    pub(super) fn text(self) -> Self {
        self.bytes("text/plain")
    }

    pub(super) fn page(self) -> Self {
        self.bytes("text/html")
    }

    pub(super) fn unlisted(mut self) -> Self {
        self.listing = Listing::Unlisted;
        self
    }

    pub(super) fn stream(self) -> Self {
        self.bytes("text/event-stream")
    }
}
