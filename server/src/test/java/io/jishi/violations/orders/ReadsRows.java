package io.jishi.violations.orders;

final class ReadsRows {
    io.vertx.sqlclient.Row row;
}
