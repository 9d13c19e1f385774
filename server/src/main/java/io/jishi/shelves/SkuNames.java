package io.jishi.shelves;

import io.jishi.core.Id;
import io.jishi.core.LocalText;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Set;

/** What SKUs are called. */
@FunctionalInterface
public interface SkuNames {
    /** @return those of the SKUs that exist */
    Future<? extends Map<? extends Id<?>, LocalText>> of(Set<Id<?>> skus);
}
