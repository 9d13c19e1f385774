package io.jishi.bots;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import java.io.Console;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * {@code ./jishi replay FILE --room ID [--speed X] [--url URL] [--users-max N]}: says a recorded chat again in a live
 * room, by as many users as it names and at its own pace, and checks that a viewer hears it.
 */
public final class Replay {
    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;
    private static final int FURTHER_CLIENTS = 8;
    private static final int HOURS_MAX = 48;

    private final PrintStream out;
    private final PrintStream errors;

    Replay(PrintStream out, PrintStream errors) {
        this.out = out;
        this.errors = errors;
    }

    /** @return the exit code: 0 where every accepted comment was delivered once, in order and unchanged */
    public static int run(String[] arguments) {
        return new Replay(System.out, System.err).replay(arguments);
    }

    int replay(String[] arguments) {
        try {
            ReplayArguments request = ReplayArguments.parse(arguments);
            ChatLog log = ChatLogReader.read(request.file());
            tell(request, log);
            if (log.lines().isEmpty()) {
                throw new WrongArgument(request.file() + " has no comment");
            }
            try (Network network = new Network(request.urls(), request.usersMax() + FURTHER_CLIENTS, Network.dice())) {
                return replay(network, request, log);
            }
        } catch (WrongArgument e) {
            errors.println("jishi: replay: " + e.getMessage());
            return WRONG_USAGE;
        } catch (ServerError | NoAnswer e) {
            errors.println("jishi: replay: " + e.getMessage());
            return FAILED;
        }
    }

    private void tell(ReplayArguments request, ChatLog log) {
        out.printf(
                "%s: %d comments of %d users over %d s; %s%n",
                request.file().getFileName(),
                log.lines().size(),
                log.users().size(),
                log.durationMillis() / 1000,
                log.columns());
        out.println("malformed   " + log.malformed() + " lines");
        log.examples().forEach(bad -> out.println("  line " + bad.number() + ": " + bad.reason()));
        if (log.malformed() > log.examples().size()) {
            out.println("  and " + (log.malformed() - log.examples().size()) + " more");
        }
    }

    private int replay(Network network, ReplayArguments request, ChatLog log) {
        Progress progress = new Progress(errors, isTerminal());
        Client anybody = network.client(Session.guest(), 0);
        anybody.start();
        String room = await(room(anybody, request.room()));
        Observer observer = new Observer(network, room);
        await(observer.start());
        Crowd crowd = new Crowd(network, log.users(), request.usersMax(), progress);
        await(crowd.gather());
        tell(crowd);
        ReplayRun run = new ReplayRun(network, room, request.speed(), log, crowd, observer, progress);
        ReplayReport report = await(run.run());
        progress.done();
        out.printf(
                "replayed in %.1f s into room %s, at most %d ms late%n",
                run.durationMillis() / 1000.0, room, run.lateMillisMax());
        out.println(report.text());
        return report.whole() ? DONE : FAILED;
    }

    private void tell(Crowd crowd) {
        String shared = crowd.accounts() < crowd.users()
                ? "; users share accounts, so more comments than in the recording come too fast for one account"
                : "";
        String shortage = crowd.shortage().isEmpty() ? "" : " (no more: " + crowd.shortage() + ")";
        out.println("accounts    " + crowd.accounts() + " for " + crowd.users() + " users" + shortage + shared);
    }

    /** The room's id, where it is live. */
    private static Future<String> room(Client anybody, String asked) {
        boolean first = asked.equals(ReplayArguments.LIVE);
        Future<JsonNode> found = first
                ? anybody.call("rooms.list", Wire.object().put("stage", "live").put("limit", 1))
                        .map(list -> list.path("items").path(0))
                : anybody.call("rooms.get", Wire.object().put("roomId", asked));
        return found.recover(Replay::asWrongArgument).map(room -> {
            if (!room.path("stage").asText().equals("live")) {
                throw new WrongArgument(first ? "no room is live" : "room " + asked + " is not live");
            }
            return room.path("id").asText();
        });
    }

    private static boolean isTerminal() {
        return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }

    private static <T> Future<T> asWrongArgument(Throwable fault) {
        return Future.failedFuture(
                fault instanceof ServerError error && !error.temporary()
                        ? new WrongArgument("--room: " + error.name())
                        : fault);
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.await(HOURS_MAX, TimeUnit.HOURS);
        } catch (TimeoutException e) {
            throw new NoAnswer("the replay took longer than " + HOURS_MAX + " hours");
        }
    }
}
