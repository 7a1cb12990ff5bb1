#![doc = include_str!("README.md")]

mod audit;
mod backup;
mod check;
mod command;
mod common;
mod day;
mod demo;
mod doctor;
mod explain;
mod files;
mod import;
mod instance;
mod isochrone;
mod limits;
mod listen;
mod map;
mod marginal;
mod nearest;
mod plan;
mod plan_worker;
mod planner_messages;
mod planner_process;
mod planning;
mod progress;
mod report;
mod roads;
mod route;
mod serve;
mod server_state;
mod site;
mod site_question;
mod solve;
mod summary;
mod table;
mod traffic;

pub use command::main;
