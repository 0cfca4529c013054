//! The floor under the service's figures: a bare actix-web handler that returns the bytes of a file.
//!
//! `cargo run --release --example floor -- PORT FILE`

use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpResponse, HttpServer};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

async fn answer(body: Data<Bytes>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(body.get_ref().clone())
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let usage = || std::io::Error::other("usage: floor PORT FILE");
    let port: u16 = arguments
        .next()
        .and_then(|text| text.parse().ok())
        .ok_or_else(usage)?;
    let body = Bytes::from(std::fs::read(arguments.next().ok_or_else(usage)?)?);
    HttpServer::new(move || {
        App::new()
            .app_data(Data::new(body.clone()))
            .default_service(web::to(answer))
    })
    .bind(("127.0.0.1", port))?
    .run()
    .await
}
