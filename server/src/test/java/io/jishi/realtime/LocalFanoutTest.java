package io.jishi.realtime;

import java.time.InstantSource;
import java.util.List;

class LocalFanoutTest extends FanoutContract {
    private final LocalFanout cluster = new LocalFanout(InstantSource.system());
    private final List<Fanout> nodes = List.of(cluster.node("one"), cluster.node("two"));

    @Override
    protected List<Fanout> nodes() {
        return nodes;
    }
}
