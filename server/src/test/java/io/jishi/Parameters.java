package io.jishi;

import io.jishi.core.Invalid;
import io.jishi.realtime.Json;
import io.vertx.core.buffer.Buffer;
import java.util.Set;
import java.util.stream.Collectors;

/** A target of FuzzTest: parameters of every method of the shop. */
public final class Parameters {
    private static final Set<Class<?>> TYPES = types();

    private Parameters() {}

    private static Set<Class<?>> types() {
        try (ShopWorld world = new ShopWorld()) {
            return world.methods.declared().stream()
                    .map(method -> method.params())
                    .collect(Collectors.toUnmodifiableSet());
        }
    }

    public static void fuzzerTestOneInput(byte[] bytes) {
        for (Class<?> type : TYPES) {
            try {
                Json.decode(Buffer.buffer(bytes), type);
            } catch (Invalid refused) {
                // as it may be
            }
        }
    }
}
