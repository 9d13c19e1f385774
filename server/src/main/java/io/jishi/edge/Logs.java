package io.jishi.edge;

import ch.qos.logback.classic.LoggerContext;
import io.jishi.core.Setting;
import io.jishi.core.Settings;
import java.util.List;
import java.util.Locale;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * The logs' form and level, which {@code logback.xml} reads from system properties when the first logger is made; so this
 * comes before anything that logs.
 */
public final class Logs {
    /** How a line looks. */
    public enum Form {
        /** For people. */
        TEXT,
        /** For machines. */
        JSON
    }

    /** From which level on the server's own lines are written. */
    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    public static final Setting<Level> LEVEL = Setting.choice(
            "log.level", Level.INFO, "From which level on lines are written; debug names every HTTP request.");

    public static final List<Setting<?>> ALL = List.of(LEVEL);

    private Logs() {}

    public static void start(Settings settings, Form form) {
        System.setProperty("jishi.log.form", form.name().toLowerCase(Locale.ROOT));
        System.setProperty("jishi.log.level", settings.get(LEVEL).name().toLowerCase(Locale.ROOT));
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    /** Writes what is queued; nothing is logged afterwards. */
    public static void stop() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.stop();
        }
    }
}
