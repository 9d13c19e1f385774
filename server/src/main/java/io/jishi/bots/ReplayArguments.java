package io.jishi.bots;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code ./jishi replay} was asked.
 *
 * @param room an id, or {@code live} for the first room that is live
 * @param speed times as fast as recorded
 * @param usersMax accounts that are opened; where the file has more users, they share them
 */
record ReplayArguments(Path file, String room, double speed, List<URI> urls, int usersMax) {
    static final String LIVE = "live";
    private static final URI DEFAULT_URL = URI.create("http://127.0.0.1:8080");
    private static final int USERS_DEFAULT = 500;
    private static final int USERS_MAX = 10_000;
    private static final double SPEED_MAX = 1_000_000;

    /** @throws WrongArgument with one line for the person */
    static ReplayArguments parse(String[] arguments) {
        Path file = null;
        String room = null;
        double speed = 1;
        int usersMax = USERS_DEFAULT;
        List<URI> urls = new ArrayList<>();
        for (int i = 0; i < arguments.length; i++) {
            String argument = arguments[i];
            if (!argument.startsWith("-")) {
                file = only(file, Path.of(argument));
                continue;
            }
            int equals = argument.indexOf('=');
            if (equals < 0 && i + 1 == arguments.length) {
                throw new WrongArgument("option " + argument + " needs a value");
            }
            String value = equals < 0 ? arguments[++i] : argument.substring(equals + 1);
            switch (equals < 0 ? argument : argument.substring(0, equals)) {
                case "--room" -> room = value;
                case "--speed" -> speed = number("--speed", value, SPEED_MAX);
                case "--users-max" -> usersMax = (int) Math.max(1, number("--users-max", value, USERS_MAX));
                case "--url" -> List.of(value.split(",")).forEach(url -> urls.add(url(url.strip())));
                default -> throw new WrongArgument("unknown option " + argument);
            }
        }
        if (file == null || !Files.isReadable(file)) {
            throw new WrongArgument(file == null ? "name the file to replay" : "cannot read " + file);
        }
        if (room == null) {
            throw new WrongArgument("say --room ID, or --room live");
        }
        return new ReplayArguments(file, room, speed, urls.isEmpty() ? List.of(DEFAULT_URL) : urls, usersMax);
    }

    private static Path only(@Nullable Path before, Path file) {
        if (before != null) {
            throw new WrongArgument("unexpected argument " + file);
        }
        return file;
    }

    private static double number(String option, String text, double max) {
        try {
            double value = Double.parseDouble(text);
            if (value > 0 && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new WrongArgument(option + " must be a number above 0, at most " + Math.round(max));
    }

    private static URI url(String text) {
        try {
            URI url = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            if (url.getHost() != null && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
                return url;
            }
        } catch (URISyntaxException e) {
            // told below
        }
        throw new WrongArgument("--url must be http://HOST:PORT");
    }
}
