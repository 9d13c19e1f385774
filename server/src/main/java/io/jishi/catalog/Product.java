package io.jishi.catalog;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.core.LocalText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a host offers.
 *
 * @param image an https address or an absolute path on this server
 * @param hostId the user who may change it and sell it
 */
public record Product(
        Id<Product> id,
        LocalText name,
        @Nullable LocalText description,
        @Nullable String image,
        Id<User> hostId,
        List<Sku> skus) {
    public Product {
        skus = List.copyOf(skus);
    }
}
