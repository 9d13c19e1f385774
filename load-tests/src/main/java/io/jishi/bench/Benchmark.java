package io.jishi.bench;

import java.time.Duration;
import java.util.List;

/** Something that {@code ./jishi bench} can measure. It has a public constructor without parameters. */
public interface Benchmark {
    /** One lower-case word. */
    String name();

    /** What is measured, on what, against what, in one line. */
    String oneLine();

    /** How long a run takes on two cores. */
    Duration usualDuration();

    /** Whether a target that is not met is a broken promise, which makes the exit code 1, and not just a figure. */
    default boolean isProof() {
        return false;
    }

    /** Measures. Whatever it starts it stops. */
    List<Row> run(Context context) throws Exception;
}
