package io.jishi.catalog;

import io.jishi.core.Refusal;

/** Why the catalogue says no. */
public enum CatalogRefusal implements Refusal {
    PRODUCT_NOT_FOUND(1050, "There is no such product.", "Load the list of products afresh."),
    SKU_NOT_FOUND(1051, "There is no such SKU.", "Load the product afresh."),
    NOT_YOUR_PRODUCT(1052, "The product belongs to another host.", "Choose a product of your own."),
    NOT_ENOUGH_STOCK(1053, "There are not so many units in stock.", "Ask for fewer, or receive more first."),
    TOO_MUCH_STOCK(1054, "A SKU holds at most a thousand million units.", "Receive fewer."),
    LOCATION_NOT_FOUND(1055, "There is no such location.", "Load the list of locations afresh."),
    SAME_LOCATION(1056, "A transfer goes from one location to another.", "Name two locations.");

    private final Terms terms;

    CatalogRefusal(int code, String sentence, String advice) {
        terms = new Terms(code, sentence, advice, false);
    }

    @Override
    public Terms terms() {
        return terms;
    }
}
