import type { Comment, Courier, Delivery, Offer, Order, Product, Room, Sale, Shelf, User } from "../api/types";

/** Things of the shop for tests; a test names only what it is about. */

export const T0 = Date.UTC(2026, 0, 5, 12, 0, 0);

export function user(part: Partial<User> = {}): User {
  return { id: "u1", name: "viewer", displayName: "Viewer", roles: ["viewer"], language: "en", ...part };
}

export function room(part: Partial<Room> = {}): Room {
  return {
    id: "r1",
    title: "Evening tea",
    hostId: "h1",
    hostName: "Host",
    stage: "live",
    startsAt: T0,
    startedAt: T0,
    likes: 10,
    viewers: 3,
    ...part,
  };
}

export function comment(part: Partial<Comment> = {}): Comment {
  return { id: "c1", userId: "u2", name: "Mei", text: "hello", at: T0, host: false, ...part };
}

export function sale(part: Partial<Sale> = {}): Sale {
  return {
    id: "s1",
    roomId: "r1",
    skuId: "k1",
    name: { zh: "龙井茶", en: "Longjing tea" },
    priceMinor: 990,
    quantity: 20,
    left: 12,
    perBuyerLimit: 2,
    stage: "open",
    opensAt: T0 - 60_000,
    endsAt: T0 + 600_000,
    reservationSeconds: 120,
    audience: "all",
    revision: 1,
    at: T0,
    ...part,
  };
}

export function order(part: Partial<Order> = {}): Order {
  return {
    id: "o1",
    saleId: "s1",
    skuId: "k1",
    name: { zh: "龙井茶", en: "Longjing tea" },
    quantity: 1,
    unitPriceMinor: 990,
    totalMinor: 990,
    currency: "CNY",
    stage: "reserved",
    payBefore: T0 + 120_000,
    createdAt: T0,
    ...part,
  };
}

export function product(part: Partial<Product> = {}): Product {
  return {
    id: "p1",
    name: { zh: "龙井茶", en: "Longjing tea" },
    hostId: "h1",
    skus: [{ id: "k1", name: { zh: "100 克", en: "100 g" }, code: "TEA-100", priceMinor: 1290, available: 80 }],
    ...part,
  };
}

export function courier(part: Partial<Courier> = {}): Courier {
  return {
    id: "u1",
    name: "Courier",
    onShift: true,
    place: { latitude: 31.23, longitude: 121.47 },
    active: 0,
    ...part,
  };
}

export function offer(part: Partial<Offer> = {}): Offer {
  return {
    id: "f1",
    deliveryId: "d1",
    pickup: { latitude: 31.23, longitude: 121.47 },
    dropoff: { latitude: 31.24, longitude: 121.48 },
    distanceMeters: 1_800,
    travelSeconds: 420,
    expiresAt: T0 + 20_000,
    ...part,
  };
}

export function delivery(part: Partial<Delivery> = {}): Delivery {
  return {
    id: "d1",
    orderId: "o1",
    stage: "assigned",
    pickup: { latitude: 31.23, longitude: 121.47 },
    dropoff: { latitude: 31.24, longitude: 121.48 },
    courierId: "u1",
    courierName: "Courier",
    createdAt: T0,
    updatedAt: T0,
    ...part,
  };
}

export function shelf(part: Partial<Shelf> = {}): Shelf {
  return {
    id: "sh1",
    name: { zh: "一号货柜", en: "Shelf one" },
    group: "north",
    place: { latitude: 31.23, longitude: 121.47 },
    slots: [
      { slot: 1, skuId: "k1", name: { zh: "酸奶", en: "Yoghurt" }, count: 8, capacity: 20, lowStock: 4 },
      { slot: 2, skuId: "k2", name: { zh: "牛奶", en: "Milk" }, count: 10, capacity: 10, lowStock: 2 },
    ],
    temperatureCelsius: 4.2,
    doorOpen: false,
    online: true,
    reportedAt: T0,
    alerts: [],
    ...part,
  };
}
