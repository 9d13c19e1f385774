package io.jishi.database;

import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import java.sql.SQLException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A node cannot use its database at the start. The message is one sentence for the person who configured it: where the
 * database is and why not, and never who logs in or with what password.
 */
public final class DatabaseUnusable extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Of SQLSTATE: invalid authorization. What PostgreSQL says of it names the user. */
    private static final String REFUSED_LOG_IN = "28";

    /** What the native transport says before it comes to the point. */
    private static final Pattern SYSTEM_CALL =
            Pattern.compile("^\\w+\\(\\.\\.\\) failed(?: with error\\(-?\\d+\\))?: ");

    private DatabaseUnusable(String sentence, Throwable cause) {
        super(sentence, cause);
    }

    static DatabaseUnusable at(String databaseUrl, Throwable fault) {
        PgConnectOptions options = DatabaseSettings.connectOptions(databaseUrl);
        return new DatabaseUnusable(
                "The database at " + options.getHost() + ":" + options.getPort() + " cannot be used: " + reason(fault)
                        + ".",
                fault);
    }

    private static String reason(Throwable fault) {
        Throwable cause = fault;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (state(cause).startsWith(REFUSED_LOG_IN)) {
            return "it refuses this user or password";
        }
        String text = cause instanceof PgException refusal ? refusal.getErrorMessage() : cause.getMessage();
        return firstLine(text, cause.getClass().getSimpleName());
    }

    private static String state(Throwable cause) {
        @Nullable
        String state = switch (cause) {
            case PgException refusal -> refusal.getSqlState();
            case SQLException refusal -> refusal.getSQLState();
            default -> null;
        };
        return state == null ? "" : state;
    }

    private static String firstLine(@Nullable String text, String otherwise) {
        String line = text == null ? "" : text.strip().lines().findFirst().orElse("");
        String bare = SYSTEM_CALL.matcher(line.strip()).replaceFirst("").replaceFirst("\\.$", "");
        return bare.isEmpty() ? otherwise : bare;
    }
}
