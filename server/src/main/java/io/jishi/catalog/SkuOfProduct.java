package io.jishi.catalog;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.core.LocalText;

/** A SKU with what others need to know of its product. */
public record SkuOfProduct(Sku sku, Id<Product> productId, LocalText productName, Id<User> hostId) {
    private static final int CHARACTERS_MAX = 200;

    /** The product's name and the variant's, once where they are the same. */
    public LocalText title() {
        return new LocalText(
                join(productName.zh(), sku.name().zh()),
                join(productName.en(), sku.name().en()));
    }

    private static String join(String product, String variant) {
        if (product.equals(variant)) {
            return product;
        }
        String title = product + " " + variant;
        int length = title.codePointCount(0, title.length());
        return length <= CHARACTERS_MAX ? title : title.substring(0, title.offsetByCodePoints(0, CHARACTERS_MAX));
    }
}
