package io.jishi.bench;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Servers on the first core, this process and the clients that it starts on the others, so that neither takes from the
 * other what is measured, and no server has more than one core.
 */
final class Cores implements AutoCloseable {
    private static final String SERVERS = "0";
    private static final int TASKSET_SECONDS_MAX = 10;

    private final boolean apart;
    private final int count;

    private Cores(boolean apart, int count) {
        this.apart = apart;
        this.count = count;
    }

    /** Keeps them apart where that is asked for and the machine has two cores and Linux's {@code taskset}. */
    static Cores keep(boolean wanted) throws IOException, InterruptedException {
        int count = Runtime.getRuntime().availableProcessors();
        Cores cores = new Cores(wanted && count > 1 && isThere(), count);
        cores.pin(ProcessHandle.current(), cores.clients());
        return cores;
    }

    /** How many the machine has for all. */
    int count() {
        return count;
    }

    boolean areApart() {
        return apart;
    }

    /** Its processes stay on the servers' core, and so do those that they start. */
    void server(ProcessHandle process) throws IOException, InterruptedException {
        for (ProcessHandle each :
                Stream.concat(Stream.of(process), process.descendants()).toList()) {
            pin(each, SERVERS);
        }
    }

    private String clients() {
        return count == 2 ? "1" : "1-" + (count - 1);
    }

    private void pin(ProcessHandle process, String cores) throws IOException, InterruptedException {
        if (apart && run(List.of("taskset", "-a", "-c", "-p", cores, Long.toString(process.pid()))) != 0) {
            throw new IllegalStateException("taskset cannot put process " + process.pid() + " on core " + cores);
        }
    }

    private static boolean isThere() throws InterruptedException {
        try {
            return run(List.of("taskset", "--version")) == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static int run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(TASKSET_SECONDS_MAX, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return -1;
        }
        return process.exitValue();
    }

    /** Gives this process all cores again. */
    @Override
    public void close() throws IOException, InterruptedException {
        pin(ProcessHandle.current(), "0-" + (count - 1));
    }
}
