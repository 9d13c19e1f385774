package io.jishi;

import io.jishi.core.Invalid;
import io.jishi.core.Settings;
import io.jishi.database.DatabaseUnusable;
import io.jishi.edge.Logs;
import io.jishi.launcher.ParentWatch;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node. Reads its configuration, starts, says {@code event=ready}, and stops gracefully on SIGTERM. Exits with 2 and
 * one line where the configuration is wrong, with 1 where it cannot start.
 */
public final class Main {
    private static final int STOP_SECONDS_MAX = 15;

    /** No clean stop: whatever this node would hand over or answer, others hold or have answered by now. */
    private static final int EXPELLED = 70;

    /** Begins the line that {@code up} shows of a node that did not come up. */
    private static final String CANNOT_START = "Jishi cannot start: ";

    private Main() {}

    public static void main(String[] arguments) {
        Settings settings;
        try {
            settings = Configuration.read(configurationFile(arguments), System.getenv());
        } catch (Invalid e) {
            System.err.println(e.sentence());
            System.exit(2);
            return;
        }
        boolean production = settings.get(Configuration.PROFILE) == Profile.PRODUCTION;
        Logs.start(settings, production ? Logs.Form.JSON : Logs.Form.TEXT);
        Logger log = LoggerFactory.getLogger(Main.class);
        Node node;
        try {
            node = Node.start(settings);
        } catch (RuntimeException e) {
            tell(e, log);
            System.exit(e instanceof Invalid ? 2 : 1);
            return;
        }
        stopOnSignal(node, log);
        node.onExpelled(why -> {
            log.error("event=expelled reason=\"{}\"", why);
            Logs.stop();
            Runtime.getRuntime().halt(EXPELLED);
        });
        if (settings.get(NodeSettings.STOP_ON_STDIN_EOF)) {
            ParentWatch.start(() -> System.exit(0));
        }
    }

    private static Optional<Path> configurationFile(String[] arguments) {
        if (arguments.length == 0) {
            return Optional.empty();
        }
        if (arguments.length != 2 || !arguments[0].equals("--config")) {
            throw new Invalid("arguments", "The only argument is --config FILE.");
        }
        return Optional.of(Path.of(arguments[1]));
    }

    /** The line for people comes last, after everything that was logged; what they configured wrong needs no trace. */
    private static void tell(RuntimeException fault, Logger log) {
        if (!(fault instanceof Invalid)) {
            log.error("event=start-failed", fault);
        }
        Logs.stop();
        System.err.println(CANNOT_START + reason(fault));
    }

    private static String reason(Throwable fault) {
        Throwable cause = fault;
        while (cause.getCause() != null && !(cause instanceof DatabaseUnusable)) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    /** The hook runs once, whether a signal or {@code System.exit} begins the end. */
    private static void stopOnSignal(Node node, Logger log) {
        AtomicBoolean begun = new AtomicBoolean();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            if (begun.compareAndSet(false, true)) {
                                long began = System.nanoTime();
                                node.stop(STOP_SECONDS_MAX);
                                log.info("event=stopped millis={}", (System.nanoTime() - began) / 1_000_000);
                                Logs.stop();
                            }
                        },
                        "stop"));
    }
}
