package io.jishi.edge;

import io.github.centrifugal.centrifuge.Client;
import io.github.centrifugal.centrifuge.ConnectedEvent;
import io.github.centrifugal.centrifuge.ConnectingEvent;
import io.github.centrifugal.centrifuge.ConnectionTokenEvent;
import io.github.centrifugal.centrifuge.ConnectionTokenGetter;
import io.github.centrifugal.centrifuge.DisconnectedEvent;
import io.github.centrifugal.centrifuge.DuplicateSubscriptionException;
import io.github.centrifugal.centrifuge.EventListener;
import io.github.centrifugal.centrifuge.JoinEvent;
import io.github.centrifugal.centrifuge.LeaveEvent;
import io.github.centrifugal.centrifuge.Options;
import io.github.centrifugal.centrifuge.PublicationEvent;
import io.github.centrifugal.centrifuge.PublishResult;
import io.github.centrifugal.centrifuge.ResultCallback;
import io.github.centrifugal.centrifuge.ServerPublicationEvent;
import io.github.centrifugal.centrifuge.SubscribedEvent;
import io.github.centrifugal.centrifuge.Subscription;
import io.github.centrifugal.centrifuge.SubscriptionErrorEvent;
import io.github.centrifugal.centrifuge.SubscriptionEventListener;
import io.github.centrifugal.centrifuge.SubscriptionOptions;
import io.github.centrifugal.centrifuge.SubscriptionTokenEvent;
import io.github.centrifugal.centrifuge.SubscriptionTokenGetter;
import io.github.centrifugal.centrifuge.TokenCallback;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The maintained Java client of the protocol, with what it tells kept in lists. */
final class SdkClient implements AutoCloseable {
    final List<String> events = new CopyOnWriteArrayList<>();
    /** Why it had to connect. */
    final List<String> reasons = new CopyOnWriteArrayList<>();

    /** The channels of all publications, in the order in which they came. */
    final List<String> order = new CopyOnWriteArrayList<>();

    final List<String> serverPublications = new CopyOnWriteArrayList<>();
    private final Client client;

    SdkClient(String url, Supplier<String> tokens) {
        Options options = new Options();
        options.setMinReconnectDelay(20);
        options.setMaxReconnectDelay(200);
        options.setTokenGetter(new ConnectionTokenGetter() {
            @Override
            public void getConnectionToken(ConnectionTokenEvent event, TokenCallback callback) {
                callback.Done(null, tokens.get());
            }
        });
        client = new Client(url, options, new EventListener() {
            @Override
            public void onConnected(Client c, ConnectedEvent event) {
                events.add("connected");
            }

            @Override
            public void onConnecting(Client c, ConnectingEvent event) {
                reasons.add(event.getCode() + " " + event.getReason());
            }

            @Override
            public void onDisconnected(Client c, DisconnectedEvent event) {
                events.add("disconnected " + event.getCode());
            }

            @Override
            public void onPublication(Client c, ServerPublicationEvent event) {
                serverPublications.add(event.getChannel() + " " + text(event.getData()));
            }
        });
        client.connect();
    }

    SdkClient(String url, String user) {
        this(url, () -> user);
    }

    /** What a subscription has told. */
    static final class Heard {
        final List<String> data = new CopyOnWriteArrayList<>();
        final List<Long> offsets = new CopyOnWriteArrayList<>();
        /** With each publication how many before it were left out; -1 where this SDK hands on no tags: when it recovers. */
        final List<Long> leftOut = new CopyOnWriteArrayList<>();

        final List<SubscribedEvent> subscribed = new CopyOnWriteArrayList<>();
        final List<String> errors = new CopyOnWriteArrayList<>();
        final List<String> moves = new CopyOnWriteArrayList<>();
        private final Subscription subscription;

        Heard(Client client, String channel, SubscriptionOptions options, List<String> order)
                throws DuplicateSubscriptionException {
            subscription = client.newSubscription(channel, options, new SubscriptionEventListener() {
                @Override
                public void onPublication(Subscription s, PublicationEvent event) {
                    order.add(channel);
                    data.add(text(event.getData()));
                    offsets.add(event.getOffset());
                    Map<String, String> tags = event.getTags();
                    leftOut.add(tags == null ? -1 : Long.parseLong(tags.getOrDefault("left_out", "0")));
                }

                @Override
                public void onSubscribed(Subscription s, SubscribedEvent event) {
                    subscribed.add(event);
                }

                @Override
                public void onJoin(Subscription s, JoinEvent event) {
                    moves.add("join " + event.getInfo().getUser());
                }

                @Override
                public void onLeave(Subscription s, LeaveEvent event) {
                    moves.add("leave " + event.getInfo().getUser());
                }

                @Override
                public void onError(Subscription s, SubscriptionErrorEvent event) {
                    errors.add(String.valueOf(event.getError()));
                }
            });
            subscription.subscribe();
        }

        Subscription subscription() {
            return subscription;
        }
    }

    Heard subscribe(String channel) {
        return subscribe(channel, new SubscriptionOptions());
    }

    /** Subscribes with tokens, which are asked for whenever one is needed. */
    Heard subscribe(String channel, Supplier<String> tokens) {
        SubscriptionOptions options = new SubscriptionOptions();
        options.setTokenGetter(new SubscriptionTokenGetter() {
            @Override
            public void getSubscriptionToken(SubscriptionTokenEvent event, TokenCallback callback) {
                callback.Done(null, tokens.get());
            }
        });
        return subscribe(channel, options);
    }

    Heard subscribe(String channel, SubscriptionOptions options) {
        try {
            return new Heard(client, channel, options, order);
        } catch (DuplicateSubscriptionException e) {
            throw new IllegalStateException(e);
        }
    }

    void publish(String channel, String json) {
        SdkClient.<PublishResult>await(done -> client.publish(channel, json.getBytes(StandardCharsets.UTF_8), done));
    }

    String rpc(String method, String json) {
        return text(SdkClient.<io.github.centrifugal.centrifuge.RPCResult>await(
                        done -> client.rpc(method, json.getBytes(StandardCharsets.UTF_8), done))
                .getData());
    }

    /** Waits for a result; fails with the SDK's error as the cause. */
    static <T> T await(Consumer<ResultCallback<T>> call) {
        CompletableFuture<T> future = new CompletableFuture<>();
        call.accept((fault, result) -> {
            if (fault != null) {
                future.completeExceptionally(fault);
            } else {
                future.complete(result);
            }
        });
        return future.orTimeout(10, TimeUnit.SECONDS).join();
    }

    static String text(byte[] data) {
        return new String(data, StandardCharsets.UTF_8);
    }

    Client client() {
        return client;
    }

    @Override
    public void close() {
        try {
            client.close(2_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
