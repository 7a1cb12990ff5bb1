/**
 * Shapes of the HTTP interface under `/api/v1`. Instants are Unix seconds, lengths metres, money minor units.
 *
 * `schema.d.ts` is generated from `openapi.json`, a copy of the server's document that a test of the server compares: see
 * `npm run types`. Here its schemas get the pages' names, and the words that the document knows only as strings.
 */
import type { Point } from '../polyline';
import type { components } from './schema';
import type { Answer, Request } from './shape';

type Schemas = components['schemas'];

export type Role = 'dispatcher' | 'courier' | 'centre';
export type Compartment = 'ambient' | 'chilled' | 'frozen';
export const compartments: readonly Compartment[] = ['ambient', 'chilled', 'frozen'];
export type Litres = Readonly<Record<Compartment, number>>;
/** `[at, litres]` steps: the value holds until the next one. */
export type Occupancy = Readonly<Record<Compartment, readonly (readonly [number, number])[]>>;
export type TimeWindow = Answer<Schemas['Span']>;
export interface Page<T> {
  items: T[];
  next: string | null;
}

export type Me = Answer<Schemas['MeView'], 'courier' | 'centre', { role: Role }>;
export type Enrolment = Answer<Schemas['EnrolmentView']>;
export type EnrolmentRequest = Request<Schemas['EnrolmentPost'], { role: Role }>;
export type Device = Answer<Schemas['DeviceView'], 'courier' | 'centre', { role: Role; revoked_at?: number | null }>;

export type Site = Answer<Schemas['SiteView'], never, { kind: 'hub' | 'centre' | (string & {}); point: Point; capacity_l: Litres }>;
export type Courier = Answer<Schemas['CourierView'], never, { shift: TimeWindow }>;
export type Wave = Answer<Schemas['WaveView']>;
export type Day = Answer<Schemas['DayView'], never, { bounds: readonly [readonly [number, number], readonly [number, number]]; sites: Site[]; couriers: Courier[]; waves: Wave[] }>;

export type PlanStatus = 'draft' | 'published' | 'superseded';
export type ColdMargin = Answer<Schemas['ColdMarginView']>;
/** Figures that an older program stored have no objective, no footprint and nothing straight from the hub. */
export type Figures = Answer<Schemas['FiguresView'], never, { cold_margin: ColdMargin | null; objective?: number | null; objective_parts?: ObjectiveParts | null; footprint?: Footprint | null; direct?: DirectTotals | null }>;
/** Grams of CO2-equivalent, joules, millilitres and watt-hours. */
export type Footprint = Answer<Schemas['FootprintView']>;
export type DirectTotals = Answer<Schemas['DirectTotalsView']>;
export type ObjectiveParts = Answer<Schemas['ObjectivePartsView']>;
/** `figures` is null when the plan was stored without them. */
export type PlanHead = Answer<Schemas['PlanHead'], never, { status: PlanStatus; figures: Figures | null }>;
/** `key` is `RUN/TRIP/STOP`, the name of the stop in events. */
export type Stop = Answer<Schemas['StopView'], 'site' | 'wave' | 'order', { kind: 'centre' | 'door'; point: Point; window: TimeWindow | null }>;
/** `line` is an encoded polyline with five decimals. */
export type Leg = Answer<Schemas['LegView']>;
export type Trip = Answer<Schemas['TripView'], never, { legs: Leg[]; stops: Stop[] }>;
export type Run = Answer<Schemas['RunView'], 'letter', { echelon: 'linehaul' | 'last-mile'; trips: Trip[]; footprint?: Footprint | null }>;
export type CentreLoad = Answer<Schemas['CentreView'], never, { capacity_l: Litres; occupancy: Occupancy; peak_percent: Litres }>;
/** `point` is null when the address has no place on the map; `impossible` when no solving time can help. */
export type Unplanned = Answer<Schemas['UnplannedView'], never, { point: Point | null; window: TimeWindow | null; details: Readonly<Record<string, unknown>>; relaxations: Relaxation[] }>;
/** A change of the day's files that admits an order; a new row has no `field`, and its values in `to`. */
export type Relaxation = Answer<Schemas['RelaxationView'], never, { edits: Edit[] }>;
export type Edit = { table: string; id: string; field: string | null; from: unknown; to: unknown };
export type Violation = Answer<Schemas['ViolationView']>;
export type Plan = Answer<Schemas['PlanView'], never, { status: PlanStatus; figures: Figures | null; runs: Run[]; centres: CentreLoad[]; unplanned: Unplanned[]; violations: Violation[] }>;
export type Comparison = Answer<Schemas['CompareView'], never, { figures: { a: Figures; b: Figures } }>;

export type OrderState = 'planned' | 'at-centre' | 'out' | 'delivered' | 'failed' | 'collected';
export type OrderCost = Answer<Schemas['CostView']>;
/** Grams of CO2-equivalent and joules. */
export type FootprintShare = Answer<Schemas['FootprintShareView']>;
/** The order straight from its hub to the door, as estimated. */
export type Direct = Answer<Schemas['DirectView']>;
/** What an order adds to the day. */
export type Marginal = Answer<Schemas['MarginalView'], never, { with: DayPrice; without: DayPrice }>;
export type DayPrice = Answer<Schemas['DayPriceView']>;
/** `fulfilment` is what the family asked for, `handover` what the plan makes of it; what is not planned has no state and none of the plan's fields. */
export type OrderDetail = Answer<Schemas['OrderView'], never, {
  fulfilment: 'door' | 'pickup' | 'either' | (string & {});
  handover: 'door' | 'pickup' | (string & {}) | null;
  window: TimeWindow | null;
  state?: OrderState | null;
  run?: string | null;
  stop_key?: string | null;
  eta_at?: number | null;
  pickup_code?: string | null;
  cost: OrderCost | null;
  footprint?: FootprintShare | null;
  direct?: Direct | null;
  events: StoredEvent[];
}>;
export type SearchHit = Answer<Schemas['SearchHit'], never, { kind: 'order' | 'run' | 'site' }>;

export type JobStatus = 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';
/** `share` is from 0 to 1. */
export type Job = Answer<Schemas['JobView'], never, { status: JobStatus; best_cost?: number | null; plan?: string | null; error?: string | null; code?: string | null }>;
export type JobRequest = Request<Schemas['JobPost'], { kind: 'plan' }>;

export type FailureReason = 'nobody-home' | 'address-not-found' | 'refused' | 'damaged' | 'wrong-items' | 'unsafe' | 'other';
export const failureReasons: readonly FailureReason[] = [
  'nobody-home', 'address-not-found', 'refused', 'damaged', 'wrong-items', 'unsafe', 'other',
];
export type DeliveredTo = 'recipient' | 'neighbour' | 'safe-place';
export type EventKind = 'departed' | 'arrived' | 'delivered' | 'failed' | 'undone' | 'received' | 'collected' | 'noted';
/** An object without further words in the document; `event` is the one that an `undone` takes back. */
export type EventPayload = {
  trip?: number;
  to?: DeliveredTo;
  reason?: FailureReason;
  note?: string;
  event?: string;
  code?: string;
};
export type DayEvent = Request<Schemas['EventPost'], { kind: EventKind; device_offset_ms: number; payload: EventPayload }>;
export type StoredEvent = Answer<Schemas['EventView'], never, { kind: EventKind; payload: EventPayload; order?: string | null; run?: string | null; stop?: string | null; centre?: string | null; clock_off_s?: number | null }>;
export type EventResult = Answer<Schemas['EventResult'], 'code' | 'reason', { status: 'accepted' | 'duplicate' | 'conflict' | 'rejected' }>;
export type EventsAnswer = Answer<Schemas['EventResults'], never, { results: EventResult[]; clock_off_s?: number | null }>;

/** `tag` is null or empty for goods without a temperature. */
export type CourierParcel = Answer<Schemas['ParcelView']>;
/** A door (`order`), or a centre that a truck serves (`site`). */
export type CourierStop = Answer<Schemas['CourierStopView'], 'site', { point: Point; window: TimeWindow | null; parcels: CourierParcel[]; state: OrderState | 'received' }>;
export type CourierTrip = Answer<Schemas['CourierTripView'], never, { departed_at?: number | null; loading: Answer<Schemas['LoadingView']>[]; stops: CourierStop[] }>;
export type CourierRoute = Answer<Schemas['RouteView'], 'letter' | 'echelon', { base: Answer<Schemas['BaseView'], never, { point: Point }>; trips: CourierTrip[] }>;

export type Arrival = Answer<Schemas['ArrivalView'], never, { parcel_count: Litres }>;
/** `recipient` is masked. */
export type WaitingOrder = Answer<Schemas['WaitingView'], never, { compartment: Compartment; state: OrderState }>;
/** `trip` is a trip of the run, from 0. */
export type OutgoingRun = Answer<Schemas['OutgoingView']>;
export type Desk = Answer<Schemas['DeskView'], never, { arrivals: Arrival[]; occupancy: Occupancy; capacity_l: Litres; waiting: WaitingOrder[]; outgoing: OutgoingRun[] }>;
/** `recipient` is masked. */
export type Pickup = Answer<Schemas['PickupView'], never, { parcels: Answer<Schemas['PickupParcelView'], never, { compartment: Compartment }>[]; state: OrderState }>;

export type DayHead = Answer<Schemas['DayHeadView']>;
/** Values by column or key, as the file writes them. */
export type RowValues = Readonly<Record<string, unknown>>;
export type Row = Answer<Schemas['RowView'], never, { values: RowValues }>;
/** `before` and `after` are null where the value, or the whole thing, was or is not there. */
export type Change = Answer<Schemas['ChangeView'], never, { before: Record<string, unknown>; after: Record<string, unknown> }>;
export type ImportColumn = Answer<Schemas['ImportColumn']>;
export type ImportRow = Answer<Schemas['ImportRow']>;
export type ImportProblem = Answer<Schemas['ImportProblem']>;
export type ImportAnswer = Answer<Schemas['ImportView'], never, { columns: ImportColumn[]; cells: ImportRow[]; problems: ImportProblem[]; notices: ImportProblem[] }>;
