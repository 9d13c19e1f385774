package io.jishi.realtime;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When the broadcasts of a loop go out. What came within a tick goes in one round. A round is sent slice by slice: between
 * two of them the loop reads from its sockets and runs its tasks, and what has high priority goes first, so that neither
 * waits for a broadcast to a hundred thousand. Where rounds take longer than the tick, a pause of a tick is between them:
 * what gathers meanwhile is joined into fewer writes.
 *
 * <p>Of an audience no two batches are on their way at once, so each subscriber hears them in order.
 */
final class Rounds {
    /** A stock change or an offer does not wait for the tick in which comments are joined. */
    private static final int URGENT_TICK_MILLIS = 5;

    private final Loop loop;
    private final InstantSource clock;
    private final HubMeters meters;
    private final int slice;
    private final Lane urgent;
    private final Lane usual;
    private final Runnable step = this::step;
    private boolean stepping;
    /** The one that sends at this moment. */
    private @Nullable Round sending;

    /**
     * @param tickMillis what comes within this time is joined
     * @param slice how many sockets are handed something at once
     */
    Rounds(Loop loop, InstantSource clock, HubMeters meters, int tickMillis, int slice) {
        this.loop = loop;
        this.clock = clock;
        this.meters = meters;
        this.slice = slice;
        this.urgent = new Lane(Math.min(tickMillis, URGENT_TICK_MILLIS));
        this.usual = new Lane(tickMillis);
    }

    /** Audiences of like urgency, and the round that is on its way to some of them. */
    private static final class Lane {
        final int tickMillis;
        final List<Audience> due = new ArrayList<>();

        @Nullable
        Round round;

        boolean scheduled;
        long nextMillis;

        Lane(int tickMillis) {
            this.tickMillis = tickMillis;
        }

        boolean mayBegin(long nowMillis) {
            return round == null && !due.isEmpty() && nextMillis <= nowMillis;
        }

        /** The next one begins a tick after this one began, and a pause after its end that is as long, up to a tick. */
        void ended(Round over, long nowMillis) {
            round = null;
            long tookMillis = nowMillis - over.beganMillis;
            nextMillis = Math.max(over.beganMillis + tickMillis, nowMillis + Math.min(tookMillis, tickMillis));
        }
    }

    /** An audience has something to hear. */
    void due(Audience audience) {
        if (!audience.isDue) {
            audience.isDue = true;
            Lane lane = audience.priority == Priority.HIGH ? urgent : usual;
            lane.due.add(audience);
            schedule(lane);
        }
    }

    /** Sends all that an audience has to hear, now. */
    void finish(Audience audience) {
        for (Lane lane : List.of(urgent, usual)) {
            if (lane.round != null) {
                lane.round.finish(audience);
            }
        }
        if (audience.isWaiting()) {
            Batch batch = audience.take(false);
            batch.send(Integer.MAX_VALUE);
            batch.end(meters);
        }
    }

    /** Whether what was written to this session just now is flushed by the round that did it. */
    boolean flush(Session session) {
        if (sending == null) {
            return false;
        }
        sending.flushes(session);
        return true;
    }

    /** Lets go of what is on its way, as the loop is no more. */
    void forget() {
        for (Lane lane : List.of(urgent, usual)) {
            if (lane.round != null) {
                lane.round.end(meters);
                lane.round = null;
            }
        }
    }

    private void schedule(Lane lane) {
        if (lane.scheduled || lane.round != null) {
            return;
        }
        lane.scheduled = true;
        long wait = lane.nextMillis - clock.millis();
        if (wait <= 0) {
            loop.run(() -> begin(lane));
        } else {
            loop.after(wait, () -> begin(lane));
        }
    }

    private void begin(Lane lane) {
        lane.scheduled = false;
        if (lane == usual && urgent.mayBegin(clock.millis())) {
            open(urgent);
        }
        if (lane.round == null) {
            open(lane);
        }
        if (!stepping) {
            step();
        }
    }

    private void open(Lane lane) {
        lane.due.sort(Audience.BY_PRIORITY);
        // what is alone in its tick, or in a hurry, is sent while a socket is at hand
        boolean straight = lane == urgent || lane.due.size() == 1;
        Deque<Batch> batches = new ArrayDeque<>(lane.due.size());
        for (Audience audience : lane.due) {
            audience.isDue = false;
            if (audience.isWaiting()) {
                batches.add(audience.take(straight));
            }
        }
        lane.due.clear();
        if (!batches.isEmpty()) {
            lane.round = new Round(clock.millis(), batches);
        }
    }

    /** A slice of the round that goes first. */
    private void step() {
        Lane lane = urgent.round == null ? usual : urgent;
        Round round = lane.round;
        if (round != null) {
            sending = round;
            boolean over = round.step(slice, meters);
            sending = null;
            if (over) {
                lane.ended(round, clock.millis());
                if (!lane.due.isEmpty()) {
                    schedule(lane);
                }
            }
        }
        stepping = urgent.round != null || usual.round != null;
        if (stepping) {
            loop.next(step);
        }
    }
}
