package io.jishi;

import io.jishi.accounts.TokenKeys;
import io.jishi.accounts.Tokens;
import io.jishi.core.Ids;
import io.jishi.core.Membership;
import io.jishi.core.Settings;
import io.jishi.database.Database;
import io.jishi.database.Leases;
import io.jishi.database.TestDatabase;
import io.jishi.realtime.Authorization;
import io.jishi.realtime.Methods;
import io.jishi.realtime.RecordingChannels;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.time.InstantSource;

/** All capabilities put together as {@link Shop} does, on a real database, without sockets. */
final class ShopWorld implements AutoCloseable {
    final RecordingChannels channels = new RecordingChannels();
    final Vertx vertx = Vertx.vertx();
    final Authorization authorization = Authorization.shipped();
    final Methods methods = new Methods(authorization);
    final Shop shop;
    final TestDatabase testDatabase = TestDatabase.create();
    final Database database = testDatabase.open(vertx);

    ShopWorld() {
        Settings settings = Settings.defaults().with(Tokens.SECRET, "0123456789abcdef0123456789abcdef");
        InstantSource clock = InstantSource.system();
        Membership membership = Membership.alone("test");
        shop = new Shop(
                new Shop.Kernel(
                        vertx,
                        database,
                        new Leases(database, membership),
                        membership,
                        channels,
                        clock,
                        new Ids(clock, 1),
                        new VertxTimers(vertx),
                        new SimpleMeterRegistry(),
                        settings),
                Tokens.of(settings, clock, Tokens.Makers.OWN, TokenKeys.none()));
        shop.register(methods);
        shop.start().await();
    }

    @Override
    public void close() {
        shop.stop().await();
        database.close().await();
        vertx.close().await();
        testDatabase.close();
    }
}
