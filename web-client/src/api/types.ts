/** The shapes that cross the wire. Times are milliseconds since 1970, money is fen (1/100 yuan). */

export type Id = string;

export interface LocalText {
  zh: string;
  en: string;
}

export interface Place {
  latitude: number;
  longitude: number;
}

export interface Page<T> {
  items: T[];
  next?: Id;
}

export type Role = "viewer" | "host" | "courier" | "operator" | "staff" | "admin" | "device";

export interface User {
  id: Id;
  name: string;
  displayName: string;
  roles: Role[];
  language: string;
}

export interface Tokens {
  token: string;
  expiresInSeconds: number;
  refreshToken: string;
  user: User;
}

export interface Sku {
  id: Id;
  name: LocalText;
  code: string;
  priceMinor: number;
  available: number;
}

export interface Product {
  id: Id;
  name: LocalText;
  description?: LocalText | null;
  image?: string | null;
  hostId: Id;
  skus: Sku[];
}

export type LocationKind = "warehouse" | "counter" | "shelf";

/** A place of the shop in which units are. */
export interface Location {
  id: Id;
  kind: LocationKind;
  name: LocalText;
  place?: Place | null;
}

export interface StockLevel {
  skuId: Id;
  name: LocalText;
  code: string;
  locationId: Id;
  available: number;
}

export type MovementReason =
  | "receipt"
  | "sale_reserved"
  | "sale_returned"
  | "order_reserved"
  | "order_returned"
  | "correction"
  | "transfer"
  | "shelf"
  | "return";

/** One change of a level, with what was there afterwards. */
export interface Movement {
  id: Id;
  skuId: Id;
  locationId: Id;
  quantity: number;
  balance: number;
  reason: MovementReason;
  reference: string;
  note?: string | null;
  counterpart?: Id | null;
  at: number;
}

export interface LevelNow {
  skuId: Id;
  locationId: Id;
  available: number;
}

export type RoomStage = "scheduled" | "live" | "ended";

export interface Room {
  id: Id;
  title: string;
  hostId: Id;
  hostName: string;
  stage: RoomStage;
  startsAt: number;
  startedAt?: number | null;
  endedAt?: number | null;
  likes: number;
  viewers: number;
  pinned?: Product | null;
}

export interface Comment {
  id: Id;
  userId: Id;
  name: string;
  text: string;
  at: number;
  host: boolean;
}

export type SaleStage = "countdown" | "open" | "sold_out" | "ended";

export interface Sale {
  id: Id;
  roomId?: Id | null;
  skuId: Id;
  name: LocalText;
  priceMinor: number;
  quantity: number;
  left: number;
  perBuyerLimit: number;
  stage: SaleStage;
  opensAt: number;
  endsAt: number;
  reservationSeconds: number;
  audience: Audience;
  /** How many accounts of one device may come, where that is limited. */
  accountsPerDevice?: number | null;
  /** Its waiting room, where it has one. */
  lobby?: SaleLobby | null;
  /** Grows by one with each act of the host. */
  revision: number;
  at: number;
}

export type Audience = "all" | "list" | "members" | "followers";

/** What somebody is to a host. */
export interface Following {
  hostId: Id;
  since?: number | null;
  followers: number;
}

/** Work that a claim has to show; no text where none is asked for. */
export interface Work {
  text?: string | null;
  bits: number;
}

/** The waiting room of a sale, as everybody sees it. */
export interface SaleLobby {
  turnSeconds: number;
  commitment: string;
  seed?: string | null;
  joined: number;
  drawn?: number | null;
  /** Places up to this one have, or had, their turn. */
  admitted: number;
  /** Up to this place the units last in any case. */
  reaches: number;
  /** Beyond this place they do not last. */
  mayReach: number;
}

export type Outlook = "reaches" | "may_reach" | "does_not_reach";

/** One's own place in the waiting room of a sale. */
export interface LobbyPlace {
  saleId: Id;
  ticket: number;
  place?: number | null;
  stage: "before_start" | "waiting" | "turn" | "turn_over";
  ahead: number;
  outlook?: Outlook | null;
  soonestSeconds?: number | null;
  pass?: string | null;
  turnEndsAt?: number | null;
  at: number;
}

/** A place in the waiting list of a sold-out sale, or the order that it has become. */
export interface Waiting {
  saleId: Id;
  quantity: number;
  ahead: number;
  order?: Order | null;
}

/** What a room's newcomer is told in the reply to the subscription. */
export interface RoomGreeting {
  room: Room;
  comments: Comment[];
  sales: Sale[];
}

export type RoomPublication =
  | ({ type: "comment" } & Comment)
  | { type: "likes"; total: number }
  | { type: "pinned"; product: Product | null }
  | { type: "stage"; stage: RoomStage; at: number }
  | { type: "viewers"; count: number }
  | { type: "sale"; sale: Sale };

export type OrderStage =
  | "reserved"
  | "awaiting_payment"
  | "paid"
  | "ready"
  | "delivering"
  | "delivered"
  | "closed"
  | "cancelled"
  | "expired"
  | "refunding"
  | "refunded";

/** Units of one SKU in an order that is of no flash sale. */
export interface OrderLine {
  skuId: Id;
  name: LocalText;
  quantity: number;
  unitPriceMinor: number;
}

export type Fulfilment = "delivery" | "pickup";

/** What a buyer means to buy, and how many of each there are in a location. */
export interface Cart {
  items: CartLine[];
  locationId: Id;
  totalMinor: number;
}

export interface CartLine extends OrderLine {
  productId: Id;
  available: number;
}

export interface Order {
  id: Id;
  /** Absent where it is of no flash sale; then the lines say what it consists of. */
  saleId?: Id | null;
  skuId?: Id | null;
  name: LocalText;
  quantity: number;
  unitPriceMinor?: number | null;
  lines?: OrderLine[] | null;
  fulfilment?: Fulfilment | null;
  /** Of a pick-up: the counter. */
  locationId?: Id | null;
  totalMinor: number;
  currency: string;
  stage: OrderStage;
  payBefore: number;
  createdAt: number;
  paidAt?: number | null;
  deliveryId?: Id | null;
}

export type UserPublication =
  | { type: "order"; order: Order }
  | { type: "refund"; orderId: Id; amountMinor: number }
  | { type: "case"; orderId: Id; case: AfterSalesCase };

export type CaseKind = "return" | "exchange" | "complaint";

export type CaseReason = "changed_mind" | "damaged" | "not_as_described" | "wrong_goods" | "missing" | "other";

export type CaseStage =
  | "requested"
  | "approved"
  | "sent_back"
  | "received"
  | "declined"
  | "answered"
  | "escalated"
  | "refunding"
  | "refunded"
  | "exchanged"
  | "closed"
  | "withdrawn"
  | "lapsed";

/** What a buyer wants after the delivery, for units of one line of an order. */
export interface AfterSalesCase {
  id: Id;
  orderId: Id;
  kind: CaseKind;
  reason: CaseReason;
  skuId: Id;
  wantedSkuId?: Id | null;
  name: LocalText;
  quantity: number;
  /** What was paid for the units. */
  amountMinor: number;
  currency: string;
  remedy: "refund" | "replacement";
  /** Of a complaint: what the shop, or who decided, gives back. */
  offerMinor?: number | null;
  stage: CaseStage;
  openedAt: number;
  /** From then on the next step happens by itself. */
  dueAt?: number | null;
  returnedTo?: Id | null;
  replacementId?: Id | null;
}

export type CaseParty = "buyer" | "shop" | "judge" | "itself";

export type CaseDeed =
  | "open"
  | "send_back"
  | "accept"
  | "escalate"
  | "withdraw"
  | "approve"
  | "decline"
  | "answer"
  | "receive"
  | "settle"
  | "reject"
  | "decide_for_buyer"
  | "decide_for_shop"
  | "deadline"
  | "paid_back";

export interface CaseEvidence {
  id: Id;
  by: CaseParty;
  at: number;
  /** `text`, or the media type of a photo. */
  type: string;
  text?: string | null;
}

/** A case with all that was done and said in it. */
export interface CaseFile {
  case: AfterSalesCase;
  /** Whether it is one's own. */
  own: boolean;
  steps: { deed: CaseDeed; by: CaseParty; stage: CaseStage; at: number }[];
  evidence: CaseEvidence[];
}

export interface Courier {
  id: Id;
  name: string;
  onShift: boolean;
  place?: Place | null;
  positionAt?: number | null;
  active: number;
}

export interface Offer {
  id: Id;
  deliveryId: Id;
  pickup: Place;
  dropoff: Place;
  distanceMeters: number;
  travelSeconds: number;
  expiresAt: number;
}

export type DeliveryStage = "waiting" | "offered" | "assigned" | "picked_up" | "delivered" | "failed";

export interface Delivery {
  id: Id;
  orderId?: Id | null;
  restockShelfId?: Id | null;
  stage: DeliveryStage;
  pickup: Place;
  dropoff: Place;
  address?: string | null;
  phone?: string | null;
  courierId?: Id | null;
  courierName?: string | null;
  place?: Place | null;
  etaAt?: number | null;
  createdAt: number;
  updatedAt: number;
}

export interface CourierWork {
  courier: Courier;
  offers: Offer[];
  deliveries: Delivery[];
}

export type CourierPublication =
  | { type: "offer"; offer: Offer }
  | { type: "offer_expired"; offerId: Id }
  | { type: "assigned"; delivery: Delivery }
  | { type: "cancelled"; deliveryId: Id };

export type OperationsPublication = { type: "courier"; courier: Courier } | { type: "delivery"; delivery: Delivery };

export type AlertKind = "low_stock" | "temperature" | "offline";

export interface Alert {
  id: Id;
  shelfId: Id;
  kind: AlertKind;
  slot?: number | null;
  value: number;
  openedAt: number;
  closedAt?: number | null;
}

export interface Slot {
  slot: number;
  skuId: Id;
  name: LocalText;
  /** Absent until the shelf has reported it. */
  count?: number | null;
  capacity: number;
  lowStock: number;
}

export interface Shelf {
  id: Id;
  name: LocalText;
  group: string;
  place: Place;
  slots: Slot[];
  temperatureCelsius?: number | null;
  doorOpen: boolean;
  online: boolean;
  reportedAt?: number | null;
  alerts: Alert[];
}

export interface ShelfDelta {
  type: "delta";
  shelfId: Id;
  slots?: { slot: number; count: number }[] | null;
  temperatureCelsius?: number | null;
  doorOpen?: boolean | null;
  online?: boolean | null;
  reportedAt?: number | null;
}

export type ShelfPublication = { type: "twin"; shelf: Shelf } | ShelfDelta | { type: "alert"; alert: Alert };

export interface NewSlot {
  slot: number;
  skuId: Id;
  capacity: number;
  unitGrams: number;
  lowStock: number;
}

/** The credentials are shown once and kept nowhere. */
export interface RegisteredShelf {
  shelf: Shelf;
  device: string;
  secret: string;
}
