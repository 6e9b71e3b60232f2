//! The titles of leads in each kind of department, and the jobs of all other people with their pay.

/// The titles and jobs of one kind of department.
#[derive(Debug)]
pub(super) struct DepartmentJobs {
    /// The title of the head of the department.
    pub(super) head: &'static str,
    /// The title of a lead of managers, in a large company.
    pub(super) director: &'static str,
    /// The title of a lead of team leads.
    pub(super) manager: &'static str,
    /// The title of a team lead.
    pub(super) lead: &'static str,
    /// The jobs of all other people.
    pub(super) jobs: &'static [Job],
}

/// A position below the leads.
#[derive(Debug)]
pub(super) struct Job {
    /// The job title.
    pub(super) title: &'static str,
    /// How common it is among the jobs of its kind of department.
    pub(super) weight: u32,
    /// Yearly pay in thousands for a beginner and for an experienced person, at a location with 100 percent pay.
    pub(super) pay: (u32, u32),
}

impl DepartmentJobs {
    /// The highest pay of a job of this kind of department, in thousands. The pay of leads is based on it.
    pub(super) fn top_pay(&self) -> u32 {
        self.jobs.iter().map(|job| job.pay.1).max().unwrap_or_default()
    }

    /// The title of a lead below the head of the department. `height` 1 leads a team, 2 leads team leads, and so on.
    pub(super) const fn title_of_lead(&self, height: u32) -> &'static str {
        match height {
            0 | 1 => self.lead,
            2 => self.manager,
            _ => self.director,
        }
    }
}

const fn department_jobs(
    head: &'static str,
    [director, manager, lead]: [&'static str; 3],
    jobs: &'static [Job],
) -> DepartmentJobs {
    DepartmentJobs { head, director, manager, lead, jobs }
}

const fn job(title: &'static str, weight: u32, from: u32, to: u32) -> Job {
    Job { title, weight, pay: (from, to) }
}

pub(super) const ENGINEERING: DepartmentJobs = department_jobs(
    "Head of Engineering",
    ["Director of Engineering", "Engineering Manager", "Engineering Team Lead"],
    &[
        job("Backend Engineer", 6, 54, 78),
        job("Frontend Engineer", 5, 52, 75),
        job("Senior Backend Engineer", 4, 72, 94),
        job("Senior Frontend Engineer", 2, 70, 90),
        job("Site Reliability Engineer", 3, 64, 90),
        job("Test Engineer", 2, 48, 68),
        job("Data Engineer", 2, 60, 84),
        job("Security Engineer", 1, 66, 92),
        job("Junior Engineer", 2, 42, 52),
    ],
);

pub(super) const PRODUCT: DepartmentJobs = department_jobs(
    "Head of Product",
    ["Product Director", "Group Product Manager", "Lead Product Manager"],
    &[
        job("Product Manager", 5, 58, 82),
        job("Product Designer", 4, 50, 72),
        job("User Researcher", 2, 48, 66),
        job("Data Analyst", 3, 46, 66),
        job("Technical Writer", 1, 44, 58),
    ],
);

pub(super) const SALES: DepartmentJobs = department_jobs(
    "Head of Sales",
    ["Sales Director", "Regional Sales Manager", "Sales Team Lead"],
    &[
        job("Account Executive", 6, 46, 66),
        job("Account Manager", 4, 44, 62),
        job("Sales Development Representative", 4, 34, 44),
        job("Solution Consultant", 3, 56, 76),
        job("Sales Operations Analyst", 1, 42, 56),
    ],
);

pub(super) const SUPPORT: DepartmentJobs = department_jobs(
    "Head of Support",
    ["Support Director", "Support Manager", "Support Team Lead"],
    &[
        job("Support Specialist", 7, 32, 44),
        job("Senior Support Specialist", 4, 42, 54),
        job("Technical Support Engineer", 3, 44, 60),
        job("Onboarding Specialist", 2, 36, 48),
        job("Support Operations Analyst", 1, 40, 54),
    ],
);

pub(super) const OPERATIONS: DepartmentJobs = department_jobs(
    "Head of Operations",
    ["Operations Director", "Operations Manager", "Shift Lead"],
    &[
        job("Warehouse Planner", 4, 38, 52),
        job("Logistics Coordinator", 5, 34, 46),
        job("Fleet Coordinator", 3, 34, 46),
        job("Procurement Specialist", 3, 42, 58),
        job("Inventory Analyst", 2, 40, 54),
        job("Facilities Coordinator", 2, 32, 44),
    ],
);

pub(super) const FINANCE: DepartmentJobs = department_jobs(
    "Head of Finance",
    ["Finance Director", "Finance Manager", "Finance Lead"],
    &[
        job("Accountant", 5, 42, 58),
        job("Payroll Specialist", 3, 38, 50),
        job("Financial Controller", 2, 60, 80),
        job("Treasury Analyst", 1, 50, 68),
        job("Accounts Payable Clerk", 3, 32, 42),
    ],
);

pub(super) const PEOPLE: DepartmentJobs = department_jobs(
    "Head of People",
    ["People Director", "People Manager", "People Lead"],
    &[
        job("People Partner", 4, 48, 66),
        job("Recruiter", 4, 42, 58),
        job("People Operations Specialist", 3, 38, 50),
        job("Learning and Development Specialist", 2, 42, 56),
        job("Compensation Analyst", 1, 48, 64),
    ],
);

pub(super) const RISK: DepartmentJobs = department_jobs(
    "Head of Risk and Compliance",
    ["Risk Director", "Compliance Manager", "Compliance Lead"],
    &[
        job("Compliance Officer", 4, 48, 68),
        job("Fraud Analyst", 5, 40, 58),
        job("Risk Analyst", 4, 46, 66),
        job("Data Protection Officer", 1, 60, 80),
        job("Data Analyst", 2, 44, 62),
    ],
);

pub(super) const CARE: DepartmentJobs = department_jobs(
    "Head of Customer Care",
    ["Customer Care Director", "Customer Care Manager", "Customer Care Team Lead"],
    &[
        job("Customer Care Adviser", 8, 28, 36),
        job("Senior Customer Care Adviser", 4, 35, 44),
        job("Disputes Specialist", 3, 34, 46),
        job("Quality Coach", 1, 38, 48),
        job("Merchant Onboarding Specialist", 3, 32, 44),
    ],
);

pub(super) const MARKETING: DepartmentJobs = department_jobs(
    "Head of Marketing",
    ["Marketing Director", "Marketing Manager", "Marketing Team Lead"],
    &[
        job("Content Designer", 3, 40, 56),
        job("Brand Designer", 2, 42, 60),
        job("Growth Marketer", 3, 44, 62),
        job("Events Coordinator", 2, 34, 46),
        job("Communications Specialist", 2, 42, 56),
    ],
);

pub(super) const RESEARCH: DepartmentJobs = department_jobs(
    "Head of Research",
    ["Research Director", "Principal Scientist", "Research Group Lead"],
    &[
        job("Research Scientist", 6, 78, 108),
        job("Research Associate", 5, 56, 74),
        job("Laboratory Technician", 5, 44, 58),
        job("Bioinformatician", 3, 76, 104),
        job("Biostatistician", 2, 80, 110),
        job("Optics Engineer", 3, 82, 112),
    ],
);

pub(super) const MANUFACTURING: DepartmentJobs = department_jobs(
    "Head of Manufacturing",
    ["Plant Director", "Production Manager", "Production Supervisor"],
    &[
        job("Assembly Technician", 8, 42, 56),
        job("Process Engineer", 4, 70, 92),
        job("Machinist", 4, 46, 62),
        job("Production Planner", 2, 54, 72),
        job("Maintenance Technician", 3, 48, 64),
    ],
);

pub(super) const QUALITY: DepartmentJobs = department_jobs(
    "Head of Quality",
    ["Quality Director", "Quality Manager", "Quality Team Lead"],
    &[
        job("Quality Engineer", 5, 66, 88),
        job("Quality Inspector", 5, 44, 58),
        job("Regulatory Affairs Specialist", 3, 70, 94),
        job("Calibration Technician", 3, 46, 62),
        job("Document Controller", 1, 42, 54),
    ],
);

pub(super) const SUPPLY: DepartmentJobs = department_jobs(
    "Head of Supply Chain",
    ["Supply Chain Director", "Supply Chain Manager", "Supply Chain Lead"],
    &[
        job("Buyer", 4, 56, 76),
        job("Demand Planner", 3, 58, 78),
        job("Shipping Coordinator", 4, 42, 54),
        job("Customs Specialist", 1, 52, 68),
    ],
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manager_of_more_people_has_another_title() {
        let titles = [1, 2, 3, 4].map(|height| ENGINEERING.title_of_lead(height));
        assert_eq!(titles[0], "Engineering Team Lead");
        assert_eq!(titles[1], "Engineering Manager");
        assert_eq!(titles[2..], ["Director of Engineering"; 2]);
    }

    #[test]
    fn every_job_pays_more_with_experience() {
        for department_jobs in [&ENGINEERING, &SALES, &RESEARCH, &CARE] {
            assert!(department_jobs.jobs.iter().all(|job| job.pay.0 < job.pay.1 && job.weight > 0));
        }
    }
}
