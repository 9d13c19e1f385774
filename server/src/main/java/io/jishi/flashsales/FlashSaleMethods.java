package io.jishi.flashsales;

import io.jishi.catalog.CatalogRefusal;
import io.jishi.flashsales.FlashSaleRequest.ActsPage;
import io.jishi.flashsales.FlashSaleRequest.AddStock;
import io.jishi.flashsales.FlashSaleRequest.AskChallenge;
import io.jishi.flashsales.FlashSaleRequest.Claim;
import io.jishi.flashsales.FlashSaleRequest.Enter;
import io.jishi.flashsales.FlashSaleRequest.Extend;
import io.jishi.flashsales.FlashSaleRequest.Get;
import io.jishi.flashsales.FlashSaleRequest.Leave;
import io.jishi.flashsales.FlashSaleRequest.ListActs;
import io.jishi.flashsales.FlashSaleRequest.ListSales;
import io.jishi.flashsales.FlashSaleRequest.Page;
import io.jishi.flashsales.FlashSaleRequest.Start;
import io.jishi.flashsales.FlashSaleRequest.Stop;
import io.jishi.flashsales.FlashSaleRequest.Wait;
import io.jishi.flashsales.FlashSaleRequest.Work;
import io.jishi.orders.Order;
import io.jishi.realtime.Method;

/** The remote procedures of flash sales. */
final class FlashSaleMethods {
    private FlashSaleMethods() {}

    static final Method<Start, Sale> START = Method.of(
            "flashsales.start",
            Start.class,
            Sale.class,
            "Takes units out of a SKU's stock and counts down to their sale.",
            FlashSaleRefusal.NOT_YOUR_ROOM,
            CatalogRefusal.SKU_NOT_FOUND,
            CatalogRefusal.NOT_YOUR_PRODUCT,
            CatalogRefusal.LOCATION_NOT_FOUND,
            CatalogRefusal.NOT_ENOUGH_STOCK,
            FlashSaleRefusal.BEYOND_BOUNDS);
    static final Method<Extend, Sale> EXTEND = Method.of(
            "flashsales.extend",
            Extend.class,
            Sale.class,
            "Lets a sale that has not ended last longer. Repeated with the same key it is done once.",
            FlashSaleRefusal.SALE_NOT_FOUND,
            FlashSaleRefusal.NOT_YOUR_SALE,
            FlashSaleRefusal.ENDED,
            FlashSaleRefusal.BEYOND_BOUNDS);
    static final Method<AddStock, Sale> ADD_STOCK = Method.of(
            "flashsales.add_stock",
            AddStock.class,
            Sale.class,
            "Takes more units out of the SKU into a sale that has not ended. Repeated with the same key it is done once.",
            FlashSaleRefusal.SALE_NOT_FOUND,
            FlashSaleRefusal.NOT_YOUR_SALE,
            FlashSaleRefusal.ENDED,
            FlashSaleRefusal.BEYOND_BOUNDS,
            CatalogRefusal.NOT_ENOUGH_STOCK);
    static final Method<ListActs, ActsPage> ACTS = Method.of(
            "flashsales.acts",
            ListActs.class,
            ActsPage.class,
            "Who did what with a sale, newest first; for its host, operators and staff.",
            FlashSaleRefusal.SALE_NOT_FOUND,
            FlashSaleRefusal.NOT_YOUR_SALE);
    static final Method<Stop, Sale> STOP = Method.of(
            "flashsales.stop",
            Stop.class,
            Sale.class,
            "Ends a sale before its time; what is left goes back to the SKU. Stopping it again is answered the same.",
            FlashSaleRefusal.SALE_NOT_FOUND,
            FlashSaleRefusal.NOT_YOUR_SALE);
    static final Method<Get, Sale> GET = Method.of(
            "flashsales.get", Get.class, Sale.class, "One sale as it is now.", FlashSaleRefusal.SALE_NOT_FOUND);
    static final Method<ListSales, Page> LIST =
            Method.of("flashsales.list", ListSales.class, Page.class, "Sales, newest first, of one room or of all.");
    static final Method<Claim, Order> CLAIM = Method.of(
            "flashsales.claim",
            Claim.class,
            Order.class,
            "Reserves units until a deadline. Repeated with the same key, on any node, it is answered with the same order.",
            FlashSaleRefusal.SALE_NOT_FOUND,
            FlashSaleRefusal.NOT_INVITED,
            FlashSaleRefusal.MEMBERS_ONLY,
            FlashSaleRefusal.FOLLOWERS_ONLY,
            FlashSaleRefusal.DEVICE_LIMIT,
            FlashSaleRefusal.TOO_FAST,
            FlashSaleRefusal.TURN_NEEDED,
            FlashSaleRefusal.TURN_OVER,
            FlashSaleRefusal.PROOF_NEEDED,
            FlashSaleRefusal.NOT_OPEN,
            FlashSaleRefusal.SOLD_OUT,
            FlashSaleRefusal.LIMIT_REACHED,
            FlashSaleRefusal.ENDED,
            FlashSaleRefusal.BUSY,
            FlashSaleRefusal.PENDING);

    static final Method<AskChallenge, Work> CHALLENGE = Method.of(
            "flashsales.challenge",
            AskChallenge.class,
            Work.class,
            "What work the claim with a key has to show; nothing where the shop asks for none.",
            FlashSaleRefusal.TOO_FAST);

    static final Method<Enter, LobbyPlace> ENTER = Method.of(
            "flashsales.enter",
            Enter.class,
            LobbyPlace.class,
            "Takes a place in the waiting room of a sale, one a buyer. Repeated, on any node, it is answered with the"
                    + " same place; with a pass, for the claim, once it is the buyer's turn.",
            FlashSaleRefusal.SALE_NOT_FOUND,
            FlashSaleRefusal.NO_LOBBY,
            FlashSaleRefusal.NOT_INVITED,
            FlashSaleRefusal.MEMBERS_ONLY,
            FlashSaleRefusal.FOLLOWERS_ONLY,
            FlashSaleRefusal.DEVICE_LIMIT,
            FlashSaleRefusal.TOO_FAST,
            FlashSaleRefusal.LOBBY_FULL,
            FlashSaleRefusal.ENDED,
            FlashSaleRefusal.BUSY);

    static final Method<Wait, Waiting> WAIT = Method.of(
            "flashsales.wait",
            Wait.class,
            Waiting.class,
            "Takes a place in the waiting list of a sold-out sale, one a buyer; it becomes an order, with a short time to"
                    + " pay, when units come back. Repeated, it is answered with the place, or the order.",
            FlashSaleRefusal.SALE_NOT_FOUND,
            FlashSaleRefusal.NOT_INVITED,
            FlashSaleRefusal.MEMBERS_ONLY,
            FlashSaleRefusal.FOLLOWERS_ONLY,
            FlashSaleRefusal.DEVICE_LIMIT,
            FlashSaleRefusal.TOO_FAST,
            FlashSaleRefusal.TURN_NEEDED,
            FlashSaleRefusal.NOT_OPEN,
            FlashSaleRefusal.NOT_SOLD_OUT,
            FlashSaleRefusal.LIMIT_REACHED,
            FlashSaleRefusal.WAITLIST_FULL,
            FlashSaleRefusal.ENDED,
            FlashSaleRefusal.BUSY);
    static final Method<Leave, Method.Nothing> LEAVE = Method.of(
            "flashsales.leave",
            Leave.class,
            Method.Nothing.class,
            "Gives the place in a waiting list up; who has none has none.");
}
