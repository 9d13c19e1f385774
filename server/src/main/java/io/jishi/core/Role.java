package io.jishi.core;

/** Who somebody is to the shop. A user may have several; nobody logged in is a {@link #GUEST}. */
public enum Role {
    GUEST,
    VIEWER,
    HOST,
    COURIER,
    /** Looks after shelves: registers, restocks, sees alerts. */
    OPERATOR,
    /** Watches operations: couriers, deliveries, queues. */
    STAFF,
    ADMIN,
    /** A shelf, a scale, a lock: never a person. */
    DEVICE
}
