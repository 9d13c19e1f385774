import type {
  AfterSalesCase,
  Alert,
  Audience,
  Cart,
  CaseFile,
  CaseKind,
  CaseReason,
  Comment,
  Courier,
  CourierWork,
  Delivery,
  DeliveryStage,
  Following,
  Fulfilment,
  Id,
  LobbyPlace,
  LevelNow,
  LocalText,
  Location,
  LocationKind,
  Movement,
  NewSlot,
  Order,
  Page,
  Place,
  Product,
  RegisteredShelf,
  Room,
  RoomStage,
  Sale,
  Shelf,
  StockLevel,
  User,
  Waiting,
  Work,
} from "./types";

interface Paging {
  limit?: number;
  after?: Id;
}

type Nothing = Record<string, never>;

/** Every remote procedure that the pages call: its parameters and its result. */
export interface Methods {
  "accounts.me": [Nothing, User];
  "catalog.products": [Paging, Page<Product>];
  "catalog.locations": [Paging & { kind?: LocationKind }, Page<Location>];
  "catalog.add_location": [{ kind: "warehouse" | "counter"; name: LocalText; place?: Place }, Location];
  "catalog.stock": [Paging & { locationId?: Id; skuId?: Id }, Page<StockLevel>];
  "catalog.receive": [{ skuId: Id; quantity: number; locationId?: Id; note?: string; key?: string }, LevelNow];
  "catalog.correct": [{ skuId: Id; quantity: number; locationId: Id; note: string; key: string }, LevelNow];
  "catalog.transfer": [
    { skuId: Id; quantity: number; fromId: Id; toId: Id; note?: string; key: string },
    { from: LevelNow; to: LevelNow },
  ];
  "catalog.movements": [Paging & { skuId: Id; locationId?: Id }, Page<Movement>];
  "community.follow": [{ hostId: Id }, Following];
  "community.unfollow": [{ hostId: Id }, Following];
  "community.following": [{ hostId: Id }, Following];
  "rooms.schedule": [{ title: string; startsAt: number }, Room];
  "rooms.start": [{ roomId: Id }, Room];
  "rooms.end": [{ roomId: Id }, Room];
  "rooms.list": [Paging & { stage?: RoomStage }, Page<Room>];
  "rooms.get": [{ roomId: Id }, Room];
  "rooms.comment": [{ roomId: Id; text: string; key: string }, { commentId: Id; offset: number; at: number }];
  "rooms.comments": [Paging & { roomId: Id }, Page<Comment>];
  "rooms.like": [{ roomId: Id; count: number }, Nothing];
  "rooms.pin": [{ roomId: Id; productId: Id | null }, Room];
  "flashsales.start": [NewSale, Sale];
  "flashsales.extend": [{ saleId: Id; seconds: number; key: string }, Sale];
  "flashsales.add_stock": [{ saleId: Id; quantity: number; key: string }, Sale];
  "flashsales.stop": [{ saleId: Id }, Sale];
  "flashsales.get": [{ saleId: Id }, Sale];
  "flashsales.wait": [{ saleId: Id; quantity: number; key: string; device?: string }, Waiting];
  "flashsales.leave": [{ saleId: Id }, Record<string, never>];
  "flashsales.enter": [{ saleId: Id; again?: boolean; device?: string }, LobbyPlace];
  "flashsales.claim": [
    { saleId: Id; quantity: number; key: string; pass?: string; proof?: string; device?: string },
    Order,
  ];
  "flashsales.challenge": [{ saleId: Id; key: string }, Work];
  "carts.get": [{ locationId?: Id }, Cart];
  "carts.put": [{ skuId: Id; quantity: number }, Cart];
  "carts.checkout": [{ key: string; fulfilment: Fulfilment; locationId?: Id; coupon?: string }, Order];
  "orders.pay": [{ orderId: Id; method: "sandbox"; place?: Place; address?: string; phone?: string }, Order];
  "orders.cancel": [{ orderId: Id }, Order];
  "orders.pickup_code": [{ orderId: Id }, { orderId: Id; code: string }];
  "orders.to_fetch": [Paging & { locationId: Id }, Page<Order>];
  "orders.ready": [{ orderId: Id }, Order];
  "orders.hand_over": [{ orderId: Id; code: string }, Order];
  "orders.get": [{ orderId: Id }, Order];
  "orders.list": [Paging, Page<Order>];
  "aftersales.open": [NewCase, AfterSalesCase];
  "aftersales.get": [{ caseId: Id }, CaseFile];
  "aftersales.list": [Paging & { orderId?: Id }, Page<AfterSalesCase>];
  "aftersales.to_do": [{ limit?: number; dueAfter?: number; after?: Id }, Page<AfterSalesCase>];
  "aftersales.withdraw": [CaseStep, AfterSalesCase];
  "aftersales.send_back": [CaseStep, AfterSalesCase];
  "aftersales.accept": [CaseStep, AfterSalesCase];
  "aftersales.escalate": [CaseStep & { text: string }, AfterSalesCase];
  "aftersales.approve": [CaseStep & { refundInstead?: boolean }, AfterSalesCase];
  "aftersales.decline": [CaseStep & { text: string }, AfterSalesCase];
  "aftersales.answer": [CaseStep & { text: string; percent: number }, AfterSalesCase];
  "aftersales.receive": [CaseStep & { locationId: Id }, AfterSalesCase];
  "aftersales.settle": [CaseStep & { damaged: boolean }, AfterSalesCase];
  "aftersales.reject": [CaseStep & { text: string }, AfterSalesCase];
  "aftersales.decide": [CaseStep & { forBuyer: boolean; percent?: number; text: string }, AfterSalesCase];
  "dispatch.shift_start": [{ place: Place }, Courier];
  "dispatch.shift_end": [Nothing, Courier];
  "dispatch.position": [{ place: Place; at: number; speedMetersPerSecond?: number; headingDegrees?: number }, Nothing];
  "dispatch.current": [Nothing, CourierWork];
  "dispatch.accept": [{ offerId: Id }, Delivery];
  "dispatch.reject": [{ offerId: Id }, Nothing];
  "dispatch.step": [{ deliveryId: Id; stage: "picked_up" | "delivered" }, Delivery];
  "dispatch.track": [{ deliveryId: Id }, Delivery];
  "dispatch.deliveries": [Paging & { stage?: DeliveryStage }, Page<Delivery>];
  "dispatch.couriers": [Paging, Page<Courier>];
  "shelves.register": [NewShelf, RegisteredShelf];
  "shelves.get": [{ shelfId: Id }, Shelf];
  "shelves.list": [Paging & { group?: string }, Page<Shelf>];
  "shelves.alerts": [Paging & { open?: boolean }, Page<Alert>];
}

export type Params<M extends keyof Methods> = Methods[M][0];
export type Result<M extends keyof Methods> = Methods[M][1];

interface CaseStep {
  caseId: Id;
  text?: string;
}

export interface NewCase {
  orderId: Id;
  skuId: Id;
  quantity: number;
  kind: CaseKind;
  reason: CaseReason;
  text?: string;
  wantedSkuId?: Id;
  key: string;
}

export interface NewSale {
  key: string;
  roomId?: Id;
  skuId: Id;
  priceMinor: number;
  quantity: number;
  perBuyerLimit: number;
  countdownSeconds?: number;
  durationSeconds: number;
  reservationSeconds: number;
  audience?: Audience;
  entry?: { turnSeconds?: number; accountsPerDevice?: number };
}

export interface NewShelf {
  name: LocalText;
  group: string;
  place: Place;
  slots: NewSlot[];
  temperatureMaxCelsius?: number;
}
