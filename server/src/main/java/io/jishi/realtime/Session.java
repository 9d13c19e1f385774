package io.jishi.realtime;

import io.jishi.core.Invalid;
import io.jishi.realtime.Encoded.Part;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: its stage, its subscriptions, what waits for it. Lives on one loop; every method is called there. What
 * commands do is in {@link SessionCommands}.
 */
public final class Session {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private final Hub hub;
    private final HubLoop loop;
    private final Transport transport;
    private final Format format;
    private final SessionCommands commands;
    private final Outbox outbox;
    private final CommandPace pace;
    private final HeldCommands.Bytes held;
    private final String id = UUID.randomUUID().toString();
    private final Liveness liveness;
    private final Subscriptions subscriptions = new Subscriptions();
    private String from = "";
    private Stage stage = new Stage.Opened();
    private boolean markedForFlush;
    private int commandsInFlight;
    private @Nullable String user;

    Session(Hub hub, HubLoop loop, Transport transport, Format format, SessionCommands commands) {
        this.hub = hub;
        this.loop = loop;
        this.transport = transport;
        this.format = format;
        this.commands = commands;
        this.liveness = new Liveness(hub.settings(), hub.clock().millis());
        this.outbox = new Outbox(hub.settings().get(RealtimeSettings.OUTBOX_BYTES_MAX));
        this.pace = new CommandPace(hub.settings().get(RealtimeSettings.COMMANDS_PER_SECOND_MAX), openedMillis());
        this.held = new HeldCommands.Bytes(hub.settings().get(RealtimeSettings.MESSAGE_BYTES_MAX));
        hub.meters.connected(1);
        loop.opened(this);
    }

    public String id() {
        return id;
    }

    /** Says where it comes from, as limits count it; before its first message. */
    public Session from(String address) {
        from = address;
        return this;
    }

    /** The same caller, come from where this session does. */
    Caller arrived(Caller caller) {
        return caller.from(from);
    }

    long openedMillis() {
        return liveness.openedMillis();
    }

    Format format() {
        return format;
    }

    HubLoop loop() {
        return loop;
    }

    Stage stage() {
        return stage;
    }

    void enter(Stage next) {
        stage = next;
        if (next instanceof Stage.Connected) {
            liveness.connected(hub.clock().millis());
        }
    }

    boolean isClosed() {
        return stage instanceof Stage.Closed;
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    /** A message from the client. */
    public void received(Buffer frame) {
        if (isClosed()) {
            return;
        }
        List<Command> received;
        try {
            received = format.codec.decode(frame, hub.settings().get(RealtimeSettings.COMMANDS_PER_FRAME_MAX));
        } catch (Invalid e) {
            LOG.debug("event=bad-frame connection={} sentence={}", id, e.sentence());
            close(DisconnectCode.BAD_REQUEST);
            return;
        }
        int bytesOfEach = HeldCommands.bytesOfEach(frame.length(), received);
        for (Command command : received) {
            if (isClosed()) {
                return;
            }
            if (!pace.allows(hub.clock().millis())) {
                close(DisconnectCode.TOO_MANY_REQUESTS);
                return;
            }
            hub.meters.commanded();
            if (command instanceof Command.Pong) {
                liveness.answered();
            } else {
                carryOut(command, bytesOfEach);
            }
        }
    }

    /** @param bytes how long it is, about */
    void carryOut(Command command, int bytes) {
        held.carriesOut(bytes);
        commands.carryOut(this, command);
    }

    HeldCommands.Bytes held() {
        return held;
    }

    /** The socket has closed. */
    public void closed() {
        if (isClosed()) {
            return;
        }
        stage = new Stage.Closed();
        hub.meters.connected(-1);
        loop.closed(this);
        if (user != null) {
            hub.users().remove(user, this);
        }
        subscriptions.all().forEach(this::drop);
    }

    /** Closes the socket; the session is over at once. */
    public void close(DisconnectCode code) {
        if (!isClosed()) {
            if (code == DisconnectCode.SLOW) {
                hub.meters.dropped(HubMeters.Drop.SLOW_CONNECTION, 1);
            }
            close(code.code(), code.reason());
        }
    }

    /** As {@link #close(DisconnectCode)}, with a code that is not the server's own. */
    void close(int code, String reason) {
        if (!isClosed()) {
            hub.meters.disconnected(code);
            closed();
            transport.close(code, reason);
        }
    }

    /** Counts this as one of a user's connections; false where the user has too many. */
    boolean belongsTo(String bearer) {
        if (!hub.users().add(bearer, this, hub.userLimit().capOf(bearer))) {
            return false;
        }
        user = bearer;
        return true;
    }

    /** As whom this session is the author of what it publishes. */
    String author() {
        return FairShare.authorName(user == null ? "" : user, id);
    }

    /** @param expiresAt null for never */
    void expireAt(@Nullable Instant expiresAt) {
        if (stage instanceof Stage.Connected connected) {
            enter(new Stage.Connected(connected.caller(), expiresAt, connected.info()));
        }
    }

    /** Tells the client of a subscription that it has not asked for; what it missed comes as pushes of their own. */
    void subscribed(Subscription subscription, Reply.Subscribed subscribed) {
        write(format.codec.pushSubscribed(subscription.channel.text(), subscribed.withoutPublications()));
    }

    Optional<Transport.ReturnAddress> returnAddress() {
        return transport.returnAddress();
    }

    /** Takes a subscription out of the loop, the hub and the presence of its channel. */
    void drop(Subscription subscription) {
        if (subscriptions.remove(subscription) && subscription.index >= 0) {
            loop.remove(subscription);
            outbox.forget(subscription.channel.text());
            hub.detach(loop, subscription.channel);
            hub.meters.subscribed(-1);
            hub.presence().exit(subscription);
        }
    }

    /** Ends a subscription from the server's side and tells the client. */
    void unsubscribed(Subscription subscription, UnsubscribeCode code) {
        unsubscribed(subscription, code.code(), code.reason());
    }

    void unsubscribed(Subscription subscription, int code, String reason) {
        drop(subscription);
        hub.meters.unsubscribed(code);
        write(format.codec.pushUnsubscribed(subscription.channel.text(), code, reason));
        subscription.carryOutHeld();
    }

    /** A client cannot take up anew what the server subscribed it to, so there the whole connection must come again. */
    void lapsed(Subscription subscription, UnsubscribeCode code, DisconnectCode serverSide) {
        if (subscription.serverSide) {
            close(serverSide);
        } else {
            unsubscribed(subscription, code);
        }
    }

    /** @return false where too many commands wait for their reply already */
    boolean beginCommand() {
        if (commandsInFlight >= hub.settings().get(RealtimeSettings.COMMANDS_IN_FLIGHT_MAX)) {
            return false;
        }
        commandsInFlight++;
        return true;
    }

    void endCommand() {
        commandsInFlight--;
    }

    void reply(Command command, Reply reply) {
        if (command.id() > 0 && !isClosed()) {
            if (reply instanceof Reply.Error error) {
                hub.meters.refused(error.code());
            }
            write(format.codec.encode(command.id(), reply));
        }
    }

    private void write(Buffer message) {
        if (isClosed()) {
            return;
        }
        if (outbox.isEmpty() && transport.isWritable()) {
            writeNow(message);
        } else if (!outbox.addReply(message)) {
            close(DisconnectCode.SLOW);
            return;
        }
        loop.flushLater(this);
    }

    private void writeNow(Buffer message) {
        ByteBuf bytes = PooledByteBufAllocator.DEFAULT.directBuffer(message.length() + Integer.BYTES + 1);
        format.codec.frame(bytes, message);
        transport.write(bytes);
        bytes.release();
    }

    /**
     * @param joined the publications' pushes as one message, shared with all other subscribers
     * @param straight whether it is sent at once, behind what was written before
     */
    void push(Subscription subscription, Broadcast joined, List<Encoded> publications, boolean straight) {
        if (isClosed()) {
            return;
        }
        if (outbox.isEmpty() && transport.isWritable() && !outbox.owesGap(subscription.channel.text())) {
            subscription.hasBase(subscription.options().delta());
            if (straight) {
                transport.send(joined);
            } else {
                transport.write(joined);
                loop.flushLater(this);
            }
        } else {
            pushEach(subscription, publications);
        }
    }

    /** What waits may be left out or replaced, so nothing in it is a change to what was before. */
    void pushEach(Subscription subscription, List<Encoded> publications) {
        Part part = subscription.options().delta() ? Part.WHOLE : Part.PLAIN;
        subscription.hasBase(subscription.hasBase() && publications.isEmpty());
        for (Encoded publication : publications) {
            if (isClosed()) {
                return;
            }
            if (!outbox.add(subscription, publication, format, part)) {
                close(DisconnectCode.SLOW);
                return;
            }
        }
        loop.flushLater(this);
    }

    /** Sends what nobody keeps, such as that somebody came or went; a slow reader is spared it. */
    void pushPassing(Subscription subscription, Buffer push) {
        if (isClosed()) {
            return;
        }
        if (outbox.isEmpty() && transport.isWritable()) {
            writeNow(push);
        } else {
            outbox.addPassing(subscription, push);
        }
        loop.flushLater(this);
    }

    /** @return whether it was not marked before */
    boolean markForFlush() {
        boolean isNew = !markedForFlush;
        markedForFlush = true;
        return isNew;
    }

    void flush() {
        markedForFlush = false;
        if (isClosed()) {
            return;
        }
        while (!outbox.isEmpty() && transport.isWritable()) {
            writeNow(outbox.take());
        }
        transport.flush();
        if (!outbox.isEmpty()) {
            hub.meters.outbox(outbox.bytes());
        }
        hub.meters.dropped(HubMeters.Drop.CONFLATED, outbox.takeConflated());
        hub.meters.dropped(HubMeters.Drop.SLOW_READER, outbox.takeLeftOut());
    }

    /** The socket has room again. */
    public void writable() {
        if (!outbox.isEmpty()) {
            loop.flushLater(this);
        }
    }

    /** Once a second: pings, and closes what has outlived a deadline. */
    void sweep(long nowMillis) {
        switch (stage) {
            case Stage.Opened _, Stage.Refused _, Stage.Connecting _ -> {
                if (liveness.isStale(nowMillis)) {
                    close(DisconnectCode.STALE);
                }
            }
            case Stage.Closed _ -> {}
            case Stage.Connected connected -> {
                if (Liveness.isOver(connected.expiresAt(), nowMillis)) {
                    close(DisconnectCode.EXPIRED);
                } else {
                    sweepSubscriptions(nowMillis);
                    sweepPing(nowMillis);
                    writable();
                }
            }
        }
    }

    private void sweepSubscriptions(long nowMillis) {
        for (Subscription subscription : subscriptions.expired(nowMillis)) {
            if (!isClosed()) {
                lapsed(subscription, UnsubscribeCode.EXPIRED, DisconnectCode.SUBSCRIPTION_EXPIRED);
            }
        }
    }

    private void sweepPing(long nowMillis) {
        if (liveness.isSilent(nowMillis)) {
            close(DisconnectCode.NO_PONG);
        } else if (liveness.isPingDue(nowMillis)) {
            write(format.codec.ping());
        }
    }
}
