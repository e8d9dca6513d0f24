//! The activity `compose_greeting`, as a program that the worker host starts: JSON in, JSON out. It may do what a workflow may not.

use std::io::{Read, Write};

use my_workflow_activities::Person;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input)?;
    let person: Person = serde_json::from_str(&input)?;
    serde_json::to_writer(std::io::stdout(), &compose_greeting(&person))?;
    std::io::stdout().flush()?;
    Ok(())
}

fn compose_greeting(person: &Person) -> String {
    format!("Hello, {}!", person.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_greeting_has_the_name_in_it() {
        let person = Person {
            name: "Ada".to_owned(),
        };
        assert_eq!(compose_greeting(&person), "Hello, Ada!");
    }
}
