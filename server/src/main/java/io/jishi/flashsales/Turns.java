package io.jishi.flashsales;

import io.jishi.flashsales.LobbyStore.Turn;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The turns of a waiting room that one node knows of, and how further ones begin. Thread-safe. */
final class Turns {
    private static final int READ_MAX = 10_000;
    /** Beyond the patience of a claim. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private static final long PAUSE_MILLIS = 200;
    private static final long UNPAID_EVERY_MILLIS = 1_000;
    private static final long BURST_MILLIS = 1_000;
    /** Looking at so many turns takes about a millisecond of the database, which is to be a small part of its time. */
    private static final int TURNS_PER_MILLI = 20;

    private final SaleTerms terms;
    private final LobbyTerms lobbyTerms;
    private final SaleDesk.Tools tools;
    /** A claim that came in time may be under way for as long after its turn. */
    private final Duration underWayMax;
    /** Those that are not long over, by their last places. */
    private final TreeMap<Integer, Turn> turns = new TreeMap<>();

    private int known;
    private int nodes = 1;
    private long advancedAtMillis;
    private long unpaidAtMillis;
    private @Nullable Integer unpaid;

    Turns(SaleTerms terms, LobbyTerms lobbyTerms, SaleDesk.Tools tools) {
        this.terms = terms;
        this.lobbyTerms = lobbyTerms;
        this.tools = tools;
        this.underWayMax = Duration.ofMillis(tools.settings().patienceMillis()).plus(MARGIN);
    }

    /** Up to this place it is known here when the turn was. */
    synchronized int known() {
        return known;
    }

    /** The turn of a place that is known; null where it is long over. */
    synchronized @Nullable Turn of(int place) {
        Map.Entry<Integer, Turn> turn = turns.ceilingEntry(place);
        return turn == null || turn.getValue().firstPlace() > place ? null : turn.getValue();
    }

    /** At the most. */
    synchronized int perSecond() {
        return nodes * tools.settings().turnsPerSecond();
    }

    Future<Void> learn(int admitted) {
        Instant longOver = tools.clock().instant().minus(underWayMax);
        int behind;
        synchronized (this) {
            turns.values().removeIf(turn -> turn.endsAt().isBefore(longOver));
            if (admitted <= known) {
                return Future.succeededFuture();
            }
            behind = known;
        }
        return tools.lobbies().turns(terms.id(), behind, longOver, READ_MAX).map(read -> learn(read, admitted));
    }

    private synchronized @Nullable Void learn(List<Turn> read, int admitted) {
        read.forEach(turn -> turns.put(turn.lastPlace(), turn));
        known = Math.max(
                known, read.size() < READ_MAX ? admitted : read.getLast().lastPlace());
        return null;
    }

    /** Lets as many turns begin as the units and the pace allow, and says how far the units will last. */
    Future<Void> advance(SaleState sale, LobbyState lobby, Draw draw, int nodeCount) {
        long now = tools.clock().millis();
        int pace;
        boolean isScarce;
        boolean countUnpaid;
        int[] open;
        synchronized (this) {
            nodes = Math.max(1, nodeCount);
            open = openPlaces();
            long pause = PAUSE_MILLIS + open.length / TURNS_PER_MILLI;
            if (lobby.waiting() == 0 || known != lobby.admitted() || now - advancedAtMillis < pause) {
                return Future.succeededFuture();
            }
            pace = (int)
                    Math.min(Integer.MAX_VALUE, perSecond() * Math.min(BURST_MILLIS, now - advancedAtMillis) / 1_000);
            advancedAtMillis = now;
            long wanted = (long) open.length + Math.min(pace, lobby.waiting());
            isScarce = wanted * terms.perBuyerLimit() > sale.left();
            countUnpaid = unpaid == null || now - unpaidAtMillis >= UNPAID_EVERY_MILLIS;
            unpaidAtMillis = countUnpaid ? now : unpaidAtMillis;
        }
        int[] weighed = isScarce ? IntStream.of(open).map(draw::ticket).toArray() : new int[0];
        return tools.lobbies()
                .weigh(terms.id(), weighed, terms.perBuyerLimit(), countUnpaid ? null : unpaid)
                .compose(units -> {
                    remember(units.unpaid());
                    TurnPlan.Units all = isScarce ? units : promising(units, open.length);
                    TurnPlan plan = TurnPlan.next(lobby, all, terms.perBuyerLimit(), Math.max(1, pace));
                    return begin(lobby, plan);
                });
    }

    /** Where there is enough for all of them it need not be known what they have bought. */
    private TurnPlan.Units promising(TurnPlan.Units units, int turnsOpen) {
        return new TurnPlan.Units(units.left(), units.unpaid(), (long) turnsOpen * terms.perBuyerLimit(), 0);
    }

    private synchronized void remember(int units) {
        unpaid = units;
    }

    private Future<Void> begin(LobbyState lobby, TurnPlan plan) {
        boolean isNews = plan.admitted() != lobby.admitted()
                || plan.reaches() != lobby.reaches()
                || plan.mayReach() != lobby.mayReach();
        return isNews
                ? tools.lobbies()
                        .begin(
                                terms.id(),
                                lobby.admitted(),
                                plan,
                                tools.clock().instant().plus(lobbyTerms.turn()))
                : Future.succeededFuture();
    }

    /** Places whose holders may still claim, or have claims under way. */
    private int[] openPlaces() {
        return turns.values().stream()
                .flatMapToInt(turn -> IntStream.rangeClosed(turn.firstPlace(), turn.lastPlace()))
                .toArray();
    }
}
