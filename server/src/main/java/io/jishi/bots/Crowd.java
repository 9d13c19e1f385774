package io.jishi.bots;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The people of a recorded chat, each with an account and a connection of their own as far as allowed; the others share.
 * Accounts are opened anew for every replay, with passwords that nobody keeps.
 */
final class Crowd {
    /** The server hashes passwords slowly and few at a time on purpose. */
    private static final int REGISTRATIONS_IN_FLIGHT_MAX = 8;

    private static final int DISPLAY_NAME_MAX = 40;
    private static final int HASH_CHARACTERS = 16;
    private static final Duration CONNECTED_MAX = Duration.ofSeconds(60);

    private final Network network;
    private final Logins logins;
    private final Progress progress;
    private final List<String> users;
    private final int wanted;
    private final byte[] secret = new byte[16];
    private final List<Client> clients = new ArrayList<>();
    private final Map<String, Client> byUser = new HashMap<>();
    private final Promise<Void> gathered = Promise.promise();
    private int next;
    private int inFlight;
    private @Nullable ServerError stopped;

    Crowd(Network network, List<String> users, int usersMax, Progress progress) {
        this.network = network;
        this.logins = network.logins();
        this.users = users;
        this.wanted = Math.min(users.size(), usersMax);
        this.progress = progress;
        new SecureRandom().nextBytes(secret);
    }

    /** Opens the accounts and connects them; fails where not even one could be opened. */
    Future<Void> gather() {
        network.context().runOnContext(_ -> openMore());
        return gathered.future().compose(_ -> connected());
    }

    /** Of a user of the file; several share one where there are fewer accounts than users. */
    Client client(String user) {
        return byUser.getOrDefault(user, clients.get(0));
    }

    int accounts() {
        return clients.size();
    }

    int users() {
        return users.size();
    }

    /** Why fewer accounts than wanted were opened, or empty. */
    String shortage() {
        return stopped == null ? "" : stopped.name();
    }

    private void openMore() {
        while (stopped == null && next < wanted && inFlight < REGISTRATIONS_IN_FLIGHT_MAX) {
            inFlight++;
            open(users.get(next++), network.backoff());
        }
        progress.show("opening accounts: " + clients.size() + " of " + wanted);
        if (inFlight == 0 && (stopped != null || next == wanted)) {
            finish();
        }
    }

    private void open(String user, Backoff backoff) {
        String name = "replay-" + hash(user);
        String password = hash("password of " + user);
        logins.register(name, password, displayName(user))
                .onComplete(done -> network.context().runOnContext(_ -> {
                    if (done.succeeded()) {
                        Session session = Account.person(logins, name, password).with(done.result());
                        clients.add(network.client(session, clients.size()));
                        inFlight--;
                        openMore();
                    } else {
                        refused(user, backoff, done.cause());
                    }
                }));
    }

    /** Where the server is busy, waits; where it allows no more accounts, makes do with those that there are. */
    private void refused(String user, Backoff backoff, Throwable fault) {
        if (fault instanceof ServerError error && error.name().equals("busy")) {
            network.after(backoff.next(), () -> open(user, backoff));
            return;
        }
        stopped = fault instanceof ServerError error ? error : new ServerError(0, fault.toString(), false);
        inFlight--;
        openMore();
    }

    private void finish() {
        if (clients.isEmpty()) {
            gathered.tryFail(stopped == null ? new ServerError(0, "the file names no user", false) : stopped);
            return;
        }
        for (int i = 0; i < users.size(); i++) {
            byUser.put(users.get(i), clients.get(i % clients.size()));
        }
        clients.forEach(Client::start);
        gathered.tryComplete();
    }

    private Future<Void> connected() {
        Promise<Void> all = Promise.promise();
        long deadline = System.nanoTime() + CONNECTED_MAX.toNanos();
        long timer = network.every(Duration.ofMillis(100), () -> {
            long up = clients.stream().filter(client -> client.connects() > 0).count();
            progress.show("connecting: " + up + " of " + clients.size());
            if (up == clients.size()) {
                all.tryComplete();
            } else if (System.nanoTime() > deadline) {
                all.tryFail(new NoAnswer(clients.size() - up + " clients could not connect"));
            }
        });
        return all.future().onComplete(_ -> network.cancel(timer));
    }

    private static String displayName(String user) {
        String clean = user.codePoints()
                .filter(c -> !Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE)
                .limit(DISPLAY_NAME_MAX)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString()
                .strip();
        return clean.isEmpty() ? "?" : clean;
    }

    /** Different for every replay, so that a name is never taken and a password never known. */
    private String hash(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(secret);
            byte[] bytes = digest.digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(bytes).substring(0, HASH_CHARACTERS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
