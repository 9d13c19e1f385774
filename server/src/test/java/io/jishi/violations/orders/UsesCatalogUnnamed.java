package io.jishi.violations.orders;

final class UsesCatalogUnnamed {
    io.jishi.violations.catalog.Catalog catalog;
}
