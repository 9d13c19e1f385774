package io.jishi.realtime;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** Virtual time and virtual event loops, all in one thread: the same seed gives the same run. */
final class Simulation implements InstantSource {
    /** A simulation that has not come to its end after so many tasks, or to the next millisecond, never will. */
    private static final int TASKS_MAX = 3_000_000;

    private static final int TASKS_AT_ONCE_MAX = 20_000;

    final Random random;
    private final PriorityQueue<Due> timers = new PriorityQueue<>();
    private final List<VirtualLoop> loops = new ArrayList<>();
    private long nowMillis = 1_800_000_000_000L;
    private long sequence;
    private int tasks;
    private int tasksNow;

    Simulation(long seed) {
        random = new Random(seed);
    }

    private record Due(long atMillis, long sequence, Runnable task) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(atMillis, other.atMillis);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(nowMillis);
    }

    void after(long millis, Runnable task) {
        timers.add(new Due(nowMillis + millis, sequence++, task));
    }

    /** After a random time of up to {@code millisMax}. */
    void soon(int millisMax, Runnable task) {
        after(random.nextInt(millisMax + 1), task);
    }

    VirtualLoop loop() {
        VirtualLoop loop = new VirtualLoop();
        loops.add(loop);
        return loop;
    }

    /** Runs until the condition holds, or for {@code millisMax} of virtual time; says whether it holds. */
    boolean runUntil(BooleanSupplier condition, long millisMax) {
        long end = nowMillis + millisMax;
        while (nowMillis <= end) {
            if (!runReady()) {
                if (condition.getAsBoolean()) {
                    return true;
                }
                Due next = timers.peek();
                if (next == null || next.atMillis() > end) {
                    advance(end);
                    return condition.getAsBoolean();
                }
                timers.remove();
                advance(next.atMillis());
                count();
                next.task().run();
            }
        }
        return condition.getAsBoolean();
    }

    /** Runs one task of some loop that has any; loops take turns at random, each keeps its own order. */
    private boolean runReady() {
        List<VirtualLoop> ready = loops.stream().filter(VirtualLoop::isReady).toList();
        if (ready.isEmpty()) {
            return false;
        }
        count();
        ready.get(random.nextInt(ready.size())).runOne();
        return true;
    }

    private void advance(long millis) {
        if (millis > nowMillis) {
            nowMillis = millis;
            tasksNow = 0;
        }
    }

    private void count() {
        if (tasks++ > TASKS_MAX || tasksNow++ > TASKS_AT_ONCE_MAX) {
            throw new AssertionError("it does not end: " + tasks + " tasks ran, " + tasksNow + " of them at once");
        }
    }

    /** A loop of a node; once the node is dead, nothing of it runs any more. */
    final class VirtualLoop implements Loop {
        private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
        private boolean dead;

        boolean isReady() {
            return !dead && !tasks.isEmpty();
        }

        void runOne() {
            tasks.remove().run();
        }

        void kill() {
            dead = true;
            tasks.clear();
        }

        @Override
        public void run(Runnable task) {
            if (!dead) {
                tasks.add(task);
            }
        }

        @Override
        public void next(Runnable task) {
            run(task);
        }

        @Override
        public void runSoon(Runnable task) {
            run(task);
        }

        @Override
        public void after(long millis, Runnable task) {
            Simulation.this.after(millis, () -> run(task));
        }
    }
}
