package io.jishi.launcher;

import io.jishi.bots.Replay;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What {@code ./jishi} starts once everything is built. */
public final class Launcher {
    /** Several nodes that drain, then a database that writes a checkpoint; whatever takes longer than that is stuck. */
    private static final int STOP_SECONDS_MAX = 90;

    private Launcher() {}

    /**
     * Ends this process.
     *
     * @param nodeClass whose {@code main} is a node, as {@code botsClass} is the bots of the demo
     * @param configuration what the nodes will make of theirs
     */
    public static void run(
            List<String> arguments, String nodeClass, String botsClass, NodeConfiguration configuration) {
        String command = arguments.isEmpty() ? "" : arguments.getFirst();
        List<String> rest = arguments.isEmpty() ? List.of() : arguments.subList(1, arguments.size());
        int code = switch (command) {
            case "up" -> up(rest, Installation.own(nodeClass, botsClass), configuration);
            case "replay" -> Replay.run(rest.toArray(String[]::new));
            default ->
                told(new StartFailure(
                        "unknown command " + command + "; ./jishi help lists the commands",
                        StartFailure.WRONG_REQUEST));
        };
        System.exit(code);
    }

    private static int up(List<String> arguments, Installation installation, NodeConfiguration configuration) {
        if (arguments.contains("--help") || arguments.contains("-h")) {
            System.out.print(UpOptions.HELP);
            return 0;
        }
        Ending ending = new Ending(Thread.currentThread());
        Runtime.getRuntime().addShutdownHook(new Thread(ending::onSignal, "ending"));
        try {
            UpOptions options = UpOptions.parse(arguments, System.getenv(), configuration);
            Up.of(options, installation, new Progress(System.out)).run();
            return 0;
        } catch (StartFailure e) {
            return ending.asked() ? 0 : told(e);
        } catch (InterruptedException e) {
            return 0;
        } finally {
            ending.finished();
        }
    }

    private static int told(StartFailure failure) {
        System.err.println("jishi: " + failure.getMessage());
        return failure.exitCode();
    }

    /**
     * Ctrl-C and SIGTERM. Java runs this in a hook while the main thread goes on; that one is interrupted, puts away what
     * it has started, and the process ends with 0, as the end was asked for.
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
