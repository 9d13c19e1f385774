package io.jishi.shelves;

import static io.jishi.shelves.ShelfRefusal.BUSY;
import static io.jishi.shelves.ShelfRefusal.NOT_REGISTERED;
import static io.jishi.shelves.ShelfRefusal.NOT_YOURS;
import static io.jishi.shelves.ShelfRefusal.UNKNOWN_SHELF;
import static io.jishi.shelves.ShelfRefusal.UNKNOWN_SKU;
import static io.jishi.shelves.ShelfRefusal.UNKNOWN_SLOT;

import io.jishi.realtime.Method;

/** The remote procedures of the shelves. */
final class ShelfMethods {
    static final Method<ShelfRequest.Register, ShelfAnswer.Registered> REGISTER = Method.of(
            "shelves.register",
            ShelfRequest.Register.class,
            ShelfAnswer.Registered.class,
            "Registers a shelf and makes credentials for its device; the secret is told this once.",
            UNKNOWN_SKU);
    static final Method<ShelfRequest.Report, ShelfAnswer.Reported> REPORT = Method.of(
            "shelves.report",
            ShelfRequest.Report.class,
            ShelfAnswer.Reported.class,
            "Reports what a device has measured; answered once it is committed, and each message counts once.",
            NOT_REGISTERED,
            UNKNOWN_SLOT,
            BUSY);
    static final Method<ShelfRequest.Get, Shelf> GET =
            Method.of("shelves.get", ShelfRequest.Get.class, Shelf.class, "Tells one shelf.", UNKNOWN_SHELF, NOT_YOURS);
    static final Method<ShelfRequest.ListShelves, ShelfAnswer.Shelves> LIST = Method.of(
            "shelves.list",
            ShelfRequest.ListShelves.class,
            ShelfAnswer.Shelves.class,
            "Lists shelves, all or those of a group, newest first.");
    static final Method<ShelfRequest.ListAlerts, ShelfAnswer.Alerts> ALERTS = Method.of(
            "shelves.alerts",
            ShelfRequest.ListAlerts.class,
            ShelfAnswer.Alerts.class,
            "Lists alerts, all, the open or the closed, newest first.");

    private ShelfMethods() {}
}
