package io.jishi.launcher;

import io.jishi.bots.Replay;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What {@code ./jishi} starts once everything is built. */
public final class Launcher {
    private static final String NODE = "io.jishi.Main";

    /** Several nodes that drain, then a database that writes a checkpoint; whatever takes longer than that is stuck. */
    private static final int STOP_SECONDS_MAX = 90;

    private Launcher() {}

    public static void main(String[] arguments) {
        if (arguments.length > 0 && arguments[0].equals("replay")) {
            System.exit(Replay.run(Arrays.copyOfRange(arguments, 1, arguments.length)));
        }
        run(List.of(arguments), NODE);
    }

    /** Ends this process. */
    static void run(List<String> arguments, String nodeClass) {
        Ending ending = new Ending(Thread.currentThread());
        Runtime.getRuntime().addShutdownHook(new Thread(ending::onSignal, "ending"));
        int code;
        try {
            dispatch(arguments, nodeClass);
            code = 0;
        } catch (StartFailure e) {
            code = ending.asked() ? 0 : e.exitCode();
            if (!ending.asked()) {
                System.err.println("jishi: " + e.getMessage());
            }
        } catch (InterruptedException e) {
            code = 0;
        } catch (RuntimeException e) {
            e.printStackTrace();
            code = 1;
        }
        ending.finished();
        System.exit(code);
    }

    private static void dispatch(List<String> arguments, String nodeClass) throws InterruptedException {
        String command = arguments.isEmpty() ? "" : arguments.getFirst();
        List<String> rest = arguments.isEmpty() ? List.of() : arguments.subList(1, arguments.size());
        switch (command) {
            case "up" -> up(rest, nodeClass);
            default ->
                throw new StartFailure(
                        "unknown command " + command + "; ./jishi help lists the commands", StartFailure.WRONG_REQUEST);
        }
    }

    private static void up(List<String> arguments, String nodeClass) throws InterruptedException {
        if (arguments.contains("--help") || arguments.contains("-h")) {
            System.out.print(UpOptions.HELP);
            return;
        }
        UpOptions options = UpOptions.parse(arguments, System.getenv());
        new Up(options, Installation.own(nodeClass), new Progress(System.out)).run();
    }

    /**
     * Ctrl-C and SIGTERM. Java runs this in a hook while the main thread goes on; it is interrupted, puts away what it has
     * started, and the process ends with 0, as the end was asked for.
     */
    private static final class Ending {
        private final Thread main;
        private final CountDownLatch done = new CountDownLatch(1);
        private volatile boolean asked;

        Ending(Thread main) {
            this.main = main;
        }

        boolean asked() {
            return asked;
        }

        void finished() {
            done.countDown();
        }

        void onSignal() {
            if (done.getCount() == 0) {
                return; // the main thread is ending by itself
            }
            asked = true;
            main.interrupt();
            try {
                if (!done.await(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
                    System.err.println("jishi: the stop took too long; the next start puts away what is left.");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(0);
        }
    }
}
