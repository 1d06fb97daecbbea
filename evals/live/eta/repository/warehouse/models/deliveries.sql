-- One row a delivery, as the pipeline reads it. Owned by analytics.
select
    d.delivery_id,
    d.ordered_at,
    d.courier_id as courier,
    d.distance_km,
    d.items,
    extract(epoch from d.delivered_at - d.ordered_at) / 60 as minutes
from {{ ref('stg_app__deliveries') }} as d
left join {{ ref('stg_app__delivery_events') }} as e on e.delivery_id = d.delivery_id
where d.delivered_at is not null
