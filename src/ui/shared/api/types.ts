/** Shapes of the HTTP interface under `/api/v1`. Instants are Unix seconds, lengths metres, money minor units. */
import type { Point } from '../polyline';

export type Role = 'dispatcher' | 'courier' | 'centre';
export type Compartment = 'ambient' | 'chilled' | 'frozen';
export const compartments: readonly Compartment[] = ['ambient', 'chilled', 'frozen'];
export type Litres = Readonly<Record<Compartment, number>>;
/** `[at, litres]` steps: the value holds until the next one. */
export type Occupancy = Readonly<Record<Compartment, readonly (readonly [number, number])[]>>;
export interface TimeWindow {
  open: number;
  close: number;
}
export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface Me {
  role: Role;
  name: string;
  courier?: string;
  centre?: string;
  server_time: number;
}
export interface Enrolment {
  url: string;
  code: string;
  qr_svg: string;
  expires_at: number;
}
export interface EnrolmentRequest {
  role: Role;
  courier?: string;
  centre?: string;
}
export interface Device {
  id: string;
  role: Role;
  name: string;
  courier?: string;
  centre?: string;
  created_at: number;
  last_seen_at: number | null;
  revoked_at?: number | null;
}

export interface Site {
  id: string;
  kind: 'hub' | 'centre' | (string & {});
  name: string;
  point: Point;
  open_at: number;
  close_at: number;
  capacity_l: Litres;
}
export interface Courier {
  id: string;
  name: string;
  base: string;
  vehicle: string;
  profile: string;
  shift: TimeWindow;
}
export interface Wave {
  id: string;
  cut_off_at: number;
  hub_ready_at: number;
  centre_due_at: number;
}
export interface Day {
  name: string;
  date: string;
  timezone: string;
  currency: string;
  minor_digits: number;
  attribution: string;
  bounds: readonly [readonly [number, number], readonly [number, number]];
  sites: Site[];
  couriers: Courier[];
  waves: Wave[];
}

export type PlanStatus = 'draft' | 'published' | 'superseded';
export interface ColdMargin {
  minutes: number;
  kelvin: number;
  order: string;
}
export interface Figures {
  orders: number;
  planned: number;
  unplanned: number;
  violations: number;
  doors: number;
  pickups: number;
  runs: number;
  trips: number;
  distance_m: number;
  linehaul_distance_m: number;
  last_mile_distance_m: number;
  working_s: number;
  cost: number;
  on_time: number;
  late: number;
  cold_margin: ColdMargin | null;
}
export interface PlanHead {
  id: string;
  status: PlanStatus;
  base: string | null;
  source: string;
  created_at: number;
  published_at: number | null;
  seed: number | null;
  /** Absent when the plan was stored without it. */
  figures: Figures | null;
}
export interface Stop {
  /** `RUN/TRIP/STOP`, the name of the stop in events. */
  key: string;
  number: number;
  kind: 'centre' | 'door';
  site?: string;
  wave?: string;
  order?: string;
  label: string;
  point: Point;
  arrives_at: number;
  starts_at: number;
  departs_at: number;
  window: TimeWindow | null;
  tags: string[];
  parcel_count: number;
  cold_margin_min: number | null;
}
export interface Leg {
  /** Encoded polyline with five decimals. */
  line: string;
  duration_s: number;
  distance_m: number;
}
export interface Trip {
  loads_at: number;
  departs_at: number;
  returns_at: number;
  cold_margin_min: number | null;
  load_percent: number;
  legs: Leg[];
  stops: Stop[];
}
export interface Run {
  id: string;
  number: number;
  letter?: string;
  echelon: 'linehaul' | 'last-mile';
  courier: string;
  courier_name: string;
  vehicle: string;
  profile: string;
  base: string;
  starts_at: number;
  ends_at: number;
  distance_m: number;
  cost: number;
  stop_count: number;
  load_percent: number;
  trips: Trip[];
}
export interface CentreLoad {
  site: string;
  order_count: number;
  capacity_l: Litres;
  occupancy: Occupancy;
  peak_percent: Litres;
}
export interface Unplanned {
  order: string;
  label: string;
  /** `null` when the address has no place on the map. */
  point: Point | null;
  window: TimeWindow | null;
  tags: string[];
  code: string;
  /** True when no solving time can help. */
  impossible: boolean;
  reason: string;
  relaxation: string | null;
}
export interface Violation {
  code: string;
  text: string;
}
export interface Plan extends PlanHead {
  runs: Run[];
  centres: CentreLoad[];
  unplanned: Unplanned[];
  violations: Violation[];
}
export interface Comparison {
  figures: { a: Figures; b: Figures };
  moved: { order: string; from: string; to: string }[];
  added: string[];
  removed: string[];
  eta_changed: { order: string; from_at: number; to_at: number }[];
}

export type OrderState = 'planned' | 'at-centre' | 'out' | 'delivered' | 'failed' | 'collected';
export interface OrderCost {
  linehaul: number;
  last_mile: number;
  handling: number;
  centre: number;
  total: number;
}
export interface OrderDetail {
  id: string;
  label: string;
  recipient: string | null;
  phone: string | null;
  address: string | null;
  channel: string;
  /** What the family asked for. */
  fulfilment: 'door' | 'pickup' | 'either' | (string & {});
  window: TimeWindow | null;
  tags: string[];
  /** `null` when it is not planned, like the fields of the plan below. */
  state?: OrderState | null;
  centre: string | null;
  /** What the plan makes of it. */
  handover: 'door' | 'pickup' | (string & {}) | null;
  run?: string | null;
  stop_key?: string | null;
  eta_at?: number | null;
  ready_at: number | null;
  leaves_at: number | null;
  cost: OrderCost | null;
  pickup_code?: string | null;
  events: StoredEvent[];
}
export interface SearchHit {
  kind: 'order' | 'run' | 'site';
  id: string;
  label: string;
}

export type JobStatus = 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';
export interface Job {
  id: string;
  kind: string;
  status: JobStatus;
  phase: string | null;
  /** From 0 to 1. */
  share: number | null;
  best_cost?: number | null;
  started_at: number | null;
  ended_at: number | null;
  plan?: string | null;
  error?: string | null;
}
export interface JobRequest {
  kind: 'plan';
  time_limit_s: number;
  seed?: number;
}

export type FailureReason = 'nobody-home' | 'address-not-found' | 'refused' | 'damaged' | 'wrong-items' | 'unsafe' | 'other';
export const failureReasons: readonly FailureReason[] = [
  'nobody-home', 'address-not-found', 'refused', 'damaged', 'wrong-items', 'unsafe', 'other',
];
export type DeliveredTo = 'recipient' | 'neighbour' | 'safe-place';
export type EventKind = 'departed' | 'arrived' | 'delivered' | 'failed' | 'undone' | 'received' | 'collected' | 'noted';
export interface EventPayload {
  trip?: number;
  to?: DeliveredTo;
  reason?: FailureReason;
  note?: string;
  /** The event that an `undone` takes back. */
  event?: string;
  code?: string;
}
export interface DayEvent {
  id: string;
  seq: number;
  kind: EventKind;
  order?: string | null;
  run?: string | null;
  stop?: string | null;
  centre?: string | null;
  occurred_at: number;
  device_offset_ms: number;
  payload: EventPayload;
}
export interface StoredEvent extends DayEvent {
  number: number;
  received_at: number;
  actor: { id: string; role: string };
}
export interface EventResult {
  id: string;
  status: 'accepted' | 'duplicate' | 'conflict' | 'rejected';
  code?: string;
  reason?: string;
}
export interface EventsAnswer {
  results: EventResult[];
  server_time: number;
}

export interface CourierParcel {
  id: string;
  /** `null` or empty for goods without a temperature. */
  tag: string | null;
  kg: number;
  litres: number;
}
/** A door (`order`), or a centre that a truck serves (`site`). */
export interface CourierStop {
  key: string;
  number: number;
  order: string | null;
  site?: string;
  recipient: string | null;
  phone: string | null;
  address: string | null;
  note: string | null;
  point: Point;
  arrives_at: number;
  starts_at: number;
  window: TimeWindow | null;
  tags: string[];
  parcels: CourierParcel[];
  cold_margin_min: number | null;
  state: OrderState | 'received';
}
export interface CourierTrip {
  loads_at: number;
  departs_at: number;
  returns_at: number;
  departed_at?: number | null;
  loading: { parcel: string; order: string | null; tag: string | null; stop_number: number | null }[];
  legs: { line: string }[];
  stops: CourierStop[];
}
export interface CourierRoute {
  plan: string;
  run: string;
  number: number;
  letter?: string;
  courier_name: string;
  date: string;
  timezone: string;
  base: { id: string; name: string; point: Point };
  attribution: string;
  trips: CourierTrip[];
}

export interface Arrival {
  run: string;
  letter: string;
  courier_name: string;
  arrives_at: number;
  waves: string[];
  parcel_count: Litres;
  received_at: number | null;
}
export interface WaitingOrder {
  order: string;
  /** Masked. */
  recipient: string | null;
  tags: string[];
  compartment: Compartment;
  parcel_count: number;
  ready_at: number | null;
  leaves_at: number | null;
  state: OrderState;
}
export interface OutgoingRun {
  run: string;
  number: number;
  /** Trip of the run, from 0. */
  trip?: number;
  courier_name: string;
  loads_at: number;
  stop_count: number;
  parcel_count: number;
  departed_at: number | null;
}
export interface Desk {
  site: string;
  name: string;
  date: string;
  timezone: string;
  now_at: number;
  arrivals: Arrival[];
  occupancy: Occupancy;
  capacity_l: Litres;
  waiting: WaitingOrder[];
  outgoing: OutgoingRun[];
}
export interface Pickup {
  order: string;
  /** Masked. */
  recipient: string | null;
  parcels: { id: string; tag: string | null; compartment: Compartment }[];
  state: OrderState;
}
