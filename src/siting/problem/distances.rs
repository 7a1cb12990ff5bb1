//! Distances from every client to its sites: dense, or the known ones only.

use super::limits::MAX_CELLS;

/// Distances by client and site; a pair without one is unreachable. In any unit, at least 0.
///
/// Dense tables hold four bytes a pair where all distances are integers below 2³², else eight.
#[derive(Clone, Debug, PartialEq)]
pub struct Distances {
    client_count: usize,
    site_count: usize,
    cells: Cells,
}

#[derive(Clone, Debug, PartialEq)]
enum Cells {
    /// Row by row; `u32::MAX` is unreachable.
    Small(Vec<u32>),
    /// Row by row; infinity is unreachable.
    Real(Vec<f64>),
    /// Of each client its sites in ascending order; where the rows start.
    Sparse { starts: Vec<usize>, sites: Vec<u32>, values: Vec<f64> },
}

/// Why distances were refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DistancesError {
    /// The table is not as long as it has clients times sites.
    #[error("{found} distances for {clients} clients and {sites} sites, these are {expected}")]
    Length {
        /// Rows.
        clients: usize,
        /// Columns.
        sites: usize,
        /// What there is.
        found: usize,
        /// What there should be.
        expected: usize,
    },
    /// There are more pairs than memory is planned for.
    #[error("{clients} clients and {sites} sites are more than {MAX_CELLS} distances")]
    TooMany {
        /// Rows.
        clients: usize,
        /// Columns.
        sites: usize,
    },
    /// A distance is below 0 or not a number.
    #[error("client {client}, site {site}: a distance is a number of at least 0")]
    NotADistance {
        /// Position of the client.
        client: usize,
        /// Position of the site.
        site: usize,
    },
    /// A row of a sparse table names a site that does not exist, or one twice.
    #[error("client {client}: site {site} does not exist or occurs twice")]
    WrongSite {
        /// Position of the client.
        client: usize,
        /// The site it names.
        site: usize,
    },
}

impl Distances {
    /// A dense table of integers, row by row; `u32::MAX` where there is no path.
    pub fn small(client_count: usize, site_count: usize, cells: Vec<u32>) -> Result<Self, DistancesError> {
        ensure_length(client_count, site_count, cells.len())?;
        Ok(Self { client_count, site_count, cells: Cells::Small(cells) })
    }

    /// A dense table, row by row; infinity where there is no path. Small integers are stored in half the memory.
    pub fn dense(client_count: usize, site_count: usize, cells: Vec<f64>) -> Result<Self, DistancesError> {
        ensure_length(client_count, site_count, cells.len())?;
        if let Some(at) = cells.iter().position(|cell| cell.is_nan() || *cell < 0.0) {
            return Err(DistancesError::NotADistance { client: at / site_count, site: at % site_count });
        }
        let is_small = |cell: &f64| *cell == f64::INFINITY || cell.fract() == 0.0 && *cell < u32::MAX as f64;
        let cells = if cells.iter().all(is_small) {
            let small = |cell: f64| if cell.is_finite() { cell as u32 } else { u32::MAX };
            Cells::Small(cells.into_iter().map(small).collect())
        } else {
            Cells::Real(cells)
        };
        Ok(Self { client_count, site_count, cells })
    }

    /// The known distances of each client as pairs of site and distance, in any order; all other pairs are unreachable.
    pub fn sparse(site_count: usize, rows: Vec<Vec<(u32, f64)>>) -> Result<Self, DistancesError> {
        let client_count = rows.len();
        let mut starts = vec![0];
        let (mut sites, mut values) = (Vec::new(), Vec::new());
        for (client, mut row) in rows.into_iter().enumerate() {
            row.sort_unstable_by_key(|(site, _)| *site);
            for (at, (site, value)) in row.iter().enumerate() {
                if *site as usize >= site_count || at > 0 && row[at - 1].0 == *site {
                    return Err(DistancesError::WrongSite { client, site: *site as usize });
                }
                if value.is_nan() || *value < 0.0 {
                    return Err(DistancesError::NotADistance { client, site: *site as usize });
                }
                if value.is_finite() {
                    sites.push(*site);
                    values.push(*value);
                }
            }
            starts.push(sites.len());
        }
        Ok(Self { client_count, site_count, cells: Cells::Sparse { starts, sites, values } })
    }

    /// How many clients there are.
    pub const fn client_count(&self) -> usize {
        self.client_count
    }

    /// How many sites there are.
    pub const fn site_count(&self) -> usize {
        self.site_count
    }

    /// The distance of a pair; infinity when there is no path.
    ///
    /// # Panics
    /// When there is no such client or site.
    #[inline]
    pub fn of(&self, client: usize, site: usize) -> f64 {
        debug_assert!(site < self.site_count);
        match &self.cells {
            Cells::Small(cells) => as_distance(cells[client * self.site_count + site]),
            Cells::Real(cells) => cells[client * self.site_count + site],
            Cells::Sparse { starts, sites, values } => {
                let row = starts[client]..starts[client + 1];
                let found = sites[row.clone()].binary_search(&(site as u32));
                found.map_or(f64::INFINITY, |at| values[row.start + at])
            }
        }
    }

    /// Calls `visit` with every reachable site of a client and its distance, sites ascending.
    pub fn for_each(&self, client: usize, mut visit: impl FnMut(usize, f64)) {
        let row = client * self.site_count..(client + 1) * self.site_count;
        match &self.cells {
            Cells::Small(cells) => {
                for (site, cell) in cells[row].iter().enumerate().filter(|(_, cell)| **cell != u32::MAX) {
                    visit(site, *cell as f64);
                }
            }
            Cells::Real(cells) => {
                for (site, cell) in cells[row].iter().enumerate().filter(|(_, cell)| cell.is_finite()) {
                    visit(site, *cell);
                }
            }
            Cells::Sparse { starts, sites, values } => {
                for at in starts[client]..starts[client + 1] {
                    visit(sites[at] as usize, values[at]);
                }
            }
        }
    }

    /// Whether every distance is an integer.
    pub fn is_integral(&self) -> bool {
        match &self.cells {
            Cells::Small(_) => true,
            Cells::Real(cells) => cells.iter().all(|cell| !cell.is_finite() || cell.fract() == 0.0),
            Cells::Sparse { values, .. } => values.iter().all(|value| value.fract() == 0.0),
        }
    }
}

fn as_distance(cell: u32) -> f64 {
    if cell == u32::MAX { f64::INFINITY } else { cell as f64 }
}

fn ensure_length(clients: usize, sites: usize, found: usize) -> Result<(), DistancesError> {
    match clients.checked_mul(sites) {
        Some(expected) if expected > MAX_CELLS => Err(DistancesError::TooMany { clients, sites }),
        Some(expected) if expected == found => Ok(()),
        expected => {
            let expected = expected.unwrap_or(usize::MAX);
            Err(DistancesError::Length { clients, sites, found, expected })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dense_and_sparse_tables_answer_alike() {
        let none = f64::INFINITY;
        let dense = Distances::dense(2, 3, vec![1.0, none, 2.0, none, 0.0, 7.0]).unwrap();
        let sparse = Distances::sparse(3, vec![vec![(2, 2.0), (0, 1.0)], vec![(1, 0.0), (2, 7.0)]]).unwrap();
        let real = Distances::dense(2, 3, vec![1.5, none, 2.0, none, 0.0, 7.0]).unwrap();
        for client in 0..2 {
            for site in 0..3 {
                assert_eq!(dense.of(client, site), sparse.of(client, site));
            }
            let visited = |table: &Distances| {
                let mut pairs = Vec::new();
                table.for_each(client, |site, distance| pairs.push((site, distance)));
                pairs
            };
            assert_eq!(visited(&dense), visited(&sparse));
            assert_eq!(visited(&real).len(), 2);
        }
        assert!(dense.is_integral() && sparse.is_integral() && !real.is_integral());
    }

    #[test]
    fn what_is_no_table_of_distances_is_refused() {
        assert!(matches!(
            Distances::dense(2, 2, vec![0.0; 3]),
            Err(DistancesError::Length { expected: 4, .. })
        ));
        let negative = Distances::dense(1, 2, vec![0.0, -1.0]);
        assert_eq!(negative, Err(DistancesError::NotADistance { client: 0, site: 1 }));
        let twice = Distances::sparse(2, vec![vec![(1, 0.0), (1, 2.0)]]);
        assert_eq!(twice, Err(DistancesError::WrongSite { client: 0, site: 1 }));
        assert!(matches!(
            Distances::small(1 << 20, 1 << 20, Vec::new()),
            Err(DistancesError::TooMany { .. })
        ));
    }
}
