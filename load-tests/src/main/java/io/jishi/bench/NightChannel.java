package io.jishi.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.bots.Listener;
import io.jishi.bots.Publication;
import java.util.function.Consumer;

/** Listens to a channel from its first message on and notes where its offsets do not follow one another. */
final class NightChannel implements Listener {
    private final Consumer<JsonNode> messages;
    private final Runnable connected;
    private long last;
    private int gaps;

    /** @param connected called whenever the subscription stands, for the first time or again */
    NightChannel(Consumer<JsonNode> messages, Runnable connected) {
        this.messages = messages;
        this.connected = connected;
    }

    @Override
    public void subscribed(JsonNode data, boolean gap) {
        if (gap) {
            gaps++;
        }
        connected.run();
    }

    @Override
    public void heard(Publication publication) {
        if (publication.offset() != last + 1) {
            gaps++;
        }
        last = publication.offset();
        messages.accept(publication.data());
    }

    /** A message again: the protocol promises that this does not happen. */
    @Override
    public void repeated(Publication publication) {
        gaps++;
    }

    long messages() {
        return last;
    }

    int gaps() {
        return gaps;
    }
}
