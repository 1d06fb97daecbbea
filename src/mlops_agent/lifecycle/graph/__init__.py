"""How files lead to one another: joins of facts, and questions over them."""
