package io.jishi.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * The sides of one run, which are measured in turns. A side of others that cannot be had, or fails, is left out from then
 * on, and why is told; where Jishi fails, the run does.
 */
final class FanoutField {
    private final Context context;
    private final FanoutSizes sizes;
    private final Cores cores;
    private final Map<String, FanoutRun> runs = new LinkedHashMap<>();
    private final Map<String, String> missing = new LinkedHashMap<>();

    /** What is measured of a side, once a round. */
    @FunctionalInterface
    interface Measure<T> {
        T of(FanoutRun run) throws Exception;
    }

    FanoutField(Context context, FanoutSizes sizes, Cores cores) {
        this.context = context;
        this.sizes = sizes;
        this.cores = cores;
    }

    /** Starts a side, connects its listeners and warms it up. */
    void add(String name, Callable<FanoutSide> start) throws Exception {
        context.progress("starting " + name);
        try {
            FanoutSide side = start.call();
            cores.server(ProcessHandle.of(side.server().pid()).orElseThrow());
            if (side.database() != null) {
                cores.server(side.database());
            }
            runs.put(name, FanoutRun.open(context, side, sizes));
        } catch (FanoutPeers.Unavailable e) {
            leaveOut(name, "not available: " + e.getMessage());
        } catch (Exception e) {
            failed(name, e);
        }
    }

    /** Lets another number of listeners take the place of those of all sides. */
    void seat(int sockets) throws Exception {
        for (String name : List.copyOf(runs.keySet())) {
            try {
                Objects.requireNonNull(runs.get(name)).seat(sockets);
            } catch (Exception e) {
                failed(name, e);
            }
        }
    }

    /** Stops a side. */
    void remove(String name) throws InterruptedException {
        FanoutRun run = runs.remove(name);
        if (run != null) {
            run.close();
        }
    }

    /** @return by side, what each round gave */
    <T> Map<String, List<T>> inTurns(Collection<String> names, Measure<T> measure) throws Exception {
        Map<String, Callable<Optional<T>>> variants = new LinkedHashMap<>();
        names.stream().filter(runs::containsKey).forEach(name -> variants.put(name, () -> once(name, measure)));
        Map<String, List<T>> measured = new LinkedHashMap<>();
        Samples.interleaved(sizes.rounds(), variants).forEach((name, rounds) -> {
            List<T> values = new ArrayList<>();
            rounds.forEach(round -> round.ifPresent(values::add));
            if (runs.containsKey(name)) {
                measured.put(name, values);
            }
        });
        return measured;
    }

    private <T> Optional<T> once(String name, Measure<T> measure) throws Exception {
        FanoutRun run = runs.get(name);
        if (run == null) {
            return Optional.empty();
        }
        try {
            T value = measure.of(run);
            context.progress(name + ": " + value);
            return Optional.of(value);
        } catch (Exception e) {
            failed(name, e);
            return Optional.empty();
        }
    }

    private void failed(String name, Exception e) throws Exception {
        if (name.startsWith(FanoutSide.JISHI) || e instanceof InterruptedException) {
            throw e;
        }
        remove(name);
        leaveOut(name, String.valueOf(e.getMessage()));
    }

    private void leaveOut(String name, String why) {
        missing.put(name, why);
        context.progress(name + " is left out: " + why);
    }

    /** The sides that were left out, and why. */
    Map<String, String> missing() {
        return Map.copyOf(missing);
    }
}
