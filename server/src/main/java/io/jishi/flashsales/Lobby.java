package io.jishi.flashsales;

import io.jishi.accounts.User;
import io.jishi.core.BoundedMap;
import io.jishi.core.Id;
import io.jishi.core.LogPace;
import io.jishi.core.Outcome;
import io.jishi.database.Batches;
import io.jishi.flashsales.LobbyPlace.Outlook;
import io.jishi.flashsales.LobbyPlace.Stage;
import io.jishi.flashsales.LobbyStore.Arrival;
import io.jishi.flashsales.LobbyStore.Arrived;
import io.jishi.flashsales.LobbyStore.Turn;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node's door to the waiting room of one sale. Tickets and turns are rows; here is only what was read of them, so
 * that who asks again is answered from memory, and a node that dies takes nobody's place with it. Thread-safe.
 */
final class Lobby {
    private static final Logger LOG = LoggerFactory.getLogger(Lobby.class);
    /** Arrivals that one statement takes in. */
    private static final int BATCH_MAX = 2_000;
    /** Holders of tickets that a node remembers; others are looked up with the arrivals. */
    private static final int KNOWN_MAX = 200_000;

    private static final int ATTEMPTS_MAX = 3;

    private final SaleTerms terms;
    private final LobbyTerms lobbyTerms;
    private final SaleDesk.Tools tools;
    private final Passes passes;
    private final Turns turns;
    private final Batches<Arrival, Arrived> arrivals;
    private final LogPace failures;
    private final Map<Long, Integer> tickets = new BoundedMap<>(KNOWN_MAX);
    /** One arrival of a buyer is on its way at a time; the others wait for it. */
    private final Map<Long, Future<Arrived>> arriving = new HashMap<>();

    private SaleState sale;
    private LobbyState state;
    private @Nullable Draw draw;
    private boolean drawing;

    Lobby(SaleState sale, LobbyTerms lobbyTerms, SaleDesk.Tools tools) {
        this.terms = sale.terms();
        this.lobbyTerms = lobbyTerms;
        this.tools = tools;
        this.passes = lobbyTerms.passes();
        this.turns = new Turns(terms, lobbyTerms, tools);
        this.failures = new LogPace(tools.clock());
        this.sale = sale;
        this.state = LobbyState.EMPTY;
        this.arrivals = new Batches<>(BATCH_MAX, tools.settings().queueMax(), batch -> {
            Instant now = tools.clock().instant();
            boolean open = !now.isBefore(terms.opensAt());
            return tools.lobbies().join(terms.id(), batch, tools.settings().lobbyMax(), open, now);
        });
    }

    /**
     * @param again whether one whose turn went by wants a place at the end
     * @return the buyer's one place, given now where there was none
     */
    Future<Outcome<LobbyPlace>> enter(Id<User> buyer, boolean again) {
        Integer ticket;
        synchronized (this) {
            if (FlashSale.isOver(sale.terms(), sale.closed(), tools.clock().instant())) {
                return refused(FlashSaleRefusal.ENDED);
            }
            ticket = tickets.get(buyer.value());
        }
        LobbyPlace known = ticket == null ? null : place(buyer, ticket);
        if (known != null && known.stage() != Stage.TURN_OVER) {
            return Future.succeededFuture(Outcome.done(known));
        }
        // whose turn is over here may have a later ticket from another node
        return arrive(buyer, 0, ATTEMPTS_MAX).compose(outcome -> switch (outcome) {
            case Outcome.Done<LobbyPlace>(LobbyPlace place)
            when again && place.stage() == Stage.TURN_OVER -> arrive(buyer, place.ticket(), 1);
            case Outcome.Done<LobbyPlace> done -> Future.succeededFuture(done);
            case Outcome.Refused<LobbyPlace> no -> Future.succeededFuture(no);
        });
    }

    private Future<Outcome<LobbyPlace>> arrive(Id<User> buyer, int gaveUp, int attempts) {
        return arrivedOnce(buyer, gaveUp)
                .compose(arrived -> {
                    Integer ticket = arrived.ticket();
                    if (arrived.closed()) {
                        return refused(FlashSaleRefusal.ENDED);
                    }
                    if (ticket != null && ticket != gaveUp) {
                        return Future.succeededFuture(Outcome.done(place(buyer, ticket)));
                    }
                    return attempts > 1 ? arrive(buyer, gaveUp, attempts - 1) : refused(FlashSaleRefusal.LOBBY_FULL);
                })
                .recover(this::busy);
    }

    private Future<Arrived> arrivedOnce(Id<User> buyer, int gaveUp) {
        Future<Arrived> asked;
        synchronized (this) {
            Future<Arrived> underWay = arriving.get(buyer.value());
            if (underWay != null) {
                return underWay;
            }
            asked = arrivals.ask(new Arrival(buyer, gaveUp));
            if (asked.isComplete()) {
                return asked;
            }
            arriving.put(buyer.value(), asked);
        }
        return asked.onComplete(done -> {
            synchronized (this) {
                arriving.remove(buyer.value());
                if (done.succeeded() && done.result().ticket() != null) {
                    tickets.put(buyer.value(), done.result().ticket());
                }
            }
        });
    }

    private Future<Outcome<LobbyPlace>> busy(Throwable fault) {
        long times = fault instanceof Batches.Full ? 0 : failures.happened();
        if (times > 0) {
            LOG.warn("event=lobby-failed sale={} times={} reason=\"{}\"", terms.id(), times, fault.getMessage());
        }
        return refused(FlashSaleRefusal.BUSY);
    }

    private static Future<Outcome<LobbyPlace>> refused(FlashSaleRefusal refusal) {
        return Future.succeededFuture(Outcome.refused(refusal));
    }

    /** What a ticket is worth now. */
    private synchronized LobbyPlace place(Id<User> buyer, int ticket) {
        Instant now = tools.clock().instant();
        Integer drawn = state.drawn();
        Integer place = null;
        if (drawn != null && (ticket > drawn || draw != null)) {
            place = draw == null ? ticket : draw.place(ticket);
        }
        if (place == null) {
            Stage stage = now.isBefore(terms.opensAt()) ? Stage.BEFORE_START : Stage.WAITING;
            return new LobbyPlace(terms.id(), ticket, null, stage, 0, null, null, null, null, now);
        }
        if (place > turns.known()) {
            return waiting(ticket, place, now);
        }
        Turn turn = turns.of(place);
        Instant endsAt = turn == null ? now : turn.endsAt();
        boolean isOver = !now.isBefore(endsAt);
        return new LobbyPlace(
                terms.id(),
                ticket,
                place,
                isOver ? Stage.TURN_OVER : Stage.TURN,
                0,
                null,
                null,
                isOver ? null : passes.issue(terms.id(), buyer, endsAt),
                endsAt,
                now);
    }

    private LobbyPlace waiting(int ticket, int place, Instant now) {
        int ahead = place - 1 - turns.known();
        Outlook outlook = place <= state.reaches()
                ? Outlook.REACHES
                : place <= state.mayReach() ? Outlook.MAY_REACH : Outlook.DOES_NOT_REACH;
        Integer soonest = outlook == Outlook.REACHES ? 1 + ahead / turns.perSecond() : null;
        return new LobbyPlace(terms.id(), ticket, place, Stage.WAITING, ahead, outlook, soonest, null, null, now);
    }

    /** What the database last showed. */
    Future<Void> learn(SaleState seen) {
        LobbyState lobby = seen.lobby();
        if (lobby == null) {
            return Future.succeededFuture();
        }
        synchronized (this) {
            sale = seen;
            state = lobby;
            if (lobby.drawn() != null && draw == null && !drawing) {
                drawing = true;
                draw(lobby.drawn());
            }
        }
        return turns.learn(lobby.admitted());
    }

    /** Beside the event loop: with a million tickets it takes a second. */
    private void draw(int count) {
        Future.fromCompletionStage(CompletableFuture.supplyAsync(() -> Draw.of(lobbyTerms.seed(), count)))
                .onComplete(done -> {
                    synchronized (this) {
                        drawing = false;
                        draw = done.result();
                    }
                })
                .onFailure(fault -> LOG.error("event=draw-failed sale={}", terms.id(), fault));
    }

    /**
     * Draws the order when the sale opens, and lets turns begin; done by one node, and harmless where two do it.
     *
     * @param nodes that serve claims
     */
    Future<Void> advance(SaleState seen, int nodes) {
        LobbyState lobby = seen.lobby();
        Instant now = tools.clock().instant();
        if (lobby == null || now.isBefore(terms.opensAt()) || FlashSale.isOver(seen.terms(), seen.closed(), now)) {
            return Future.succeededFuture();
        }
        if (lobby.drawn() == null) {
            return tools.lobbies().draw(terms.id());
        }
        Draw drawn;
        synchronized (this) {
            drawn = draw;
        }
        return drawn == null ? Future.succeededFuture() : turns.advance(seen, lobby, drawn, nodes);
    }
}
