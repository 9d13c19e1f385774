package io.jishi.realtime;

import io.jishi.realtime.Fanout.Draft;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;

/** Takes what the cluster tells this node to whom it concerns, each on its own loop. */
final class Arrivals implements Fanout.Listener {
    private final Hub hub;

    Arrivals(Hub hub) {
        this.hub = hub;
    }

    @Override
    public void published(String channel, String epoch, List<Publication> publications) {
        hub.ifHeard(channel, heard -> heard.arrived(epoch, publications));
    }

    @Override
    public void moved(String channel, Fanout.Move move) {
        hub.ifHeard(channel, heard -> heard.moved(move));
    }

    @Override
    public void passed(String channel, Draft draft) {
        hub.ifHeard(channel, heard -> heard.passed(draft));
    }

    @Override
    public Future<Void> departed(String channel, int size, List<Buffer> infos) {
        return hub.rules()
                .of(new ChannelName(channel))
                .map(rule -> hub.presence().departed(channel, rule, size, infos))
                .orElse(Future.succeededFuture());
    }

    @Override
    public void crowd(String node, boolean whole, Map<String, Integer> counts) {
        hub.firstLoop().run(() -> hub.userLimit().heard(node, whole, counts));
    }

    @Override
    public void died(String node) {
        hub.firstLoop().run(() -> hub.userLimit().died(node));
    }

    @Override
    public void membersChanged() {
        hub.checkAll();
    }
}
