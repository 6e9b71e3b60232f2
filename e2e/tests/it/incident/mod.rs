//! I1: the incident as it happened, and the same requests to the product.

mod as_it_happened;
mod in_the_product;
