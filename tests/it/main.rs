//! Integration tests, in one binary: linking once is much of what they cost.

mod cache_contract;
